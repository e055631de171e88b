/** leat.yml after a graduation: the same parts, before another broker. */
import { type Document, parseDocument } from 'yaml'
import type { ClientSecurity } from '../../client/security/index.ts'
import { ofTheCluster, rulesOfTheBroker } from '../config.ts'

export interface Cluster {
  readonly brokers: readonly string[]
  readonly security: ClientSecurity
}

/** Secrets do not stand in the file: these take their place, and are to be set. */
const secrets: Readonly<Record<string, string>> = {
  'tls.password': 'KAFKA_KEYSTORE_PASSWORD',
  'tls.keyPassword': 'KAFKA_KEY_PASSWORD',
  'tls.truststorePassword': 'KAFKA_TRUSTSTORE_PASSWORD',
  'sasl.password': 'KAFKA_PASSWORD',
  'sasl.token': 'KAFKA_TOKEN',
  'sasl.tokenEndpoint.clientSecret': 'KAFKA_CLIENT_SECRET',
}

export interface ChangedFile {
  readonly text: string
  /** Variables of the environment that the text speaks of. */
  readonly variables: readonly string[]
}

/** Names the cluster, and leaves out what belongs to the embedded broker. */
export function withCluster(source: string, { brokers, security }: Cluster): ChangedFile {
  const document = documentOf(source)
  const variables: string[] = []
  for (const key of keysIn(document, 'kafka')) document.deleteIn(['kafka', key])
  document.setIn(['kafka', 'brokers'], document.createNode([...brokers], { flow: true }))
  for (const name of ['tls', 'sasl'] as const) {
    if (security[name] === undefined) continue
    document.setIn(['kafka', name], document.createNode(given(security[name], name, variables)))
  }
  for (const key of keysIn(document, 'access')) {
    if (rulesOfTheBroker.includes(key)) document.deleteIn(['access', key])
  }
  if (document.has('access') && keysIn(document, 'access').length === 0) document.delete('access')
  return { text: document.toString({ lineWidth: 100 }), variables }
}

/** The way back: the embedded broker instead of the cluster. */
export function withoutCluster(source: string): ChangedFile {
  const document = documentOf(source)
  for (const key of ofTheCluster) document.deleteIn(['kafka', key])
  if (document.has('kafka') && keysIn(document, 'kafka').length === 0) {
    document.set('kafka', document.createNode({}, { flow: true }))
  }
  return { text: document.toString({ lineWidth: 100 }), variables: [] }
}

function documentOf(source: string): Document {
  const document = parseDocument(source)
  if (document.get('kafka') === null) document.delete('kafka')
  return document
}

function keysIn(document: Document, part: string): string[] {
  return Object.keys(Object(Object(document.toJS())[part]))
}

/** What was said, without what was not, and with references in the place of secrets. */
function given(value: object, path: string, variables: string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
      const at = `${path}.${name}`
      if (one === undefined || (typeof one === 'object' && Object.keys(one).length === 0)) return []
      const variable = secrets[at]
      if (variable !== undefined) {
        variables.push(variable)
        return [[name, `\${env:${variable}}`]]
      }
      const isPart = typeof one === 'object' && !Array.isArray(one)
      return [[name, isPart ? given(one, at, variables) : one]]
    }),
  )
}
