/** Puts secrets into a configuration just before it is used, so that they are stored nowhere. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { variableIn } from '../../base/environment-reference.ts'
import { connectError, sentenceOf } from '../errors.ts'
import type { ConnectorConfig } from '../state/config-store.ts'

export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What relative paths are relative to. */
  readonly folder: string
}

const reference = /\$\{(env|file):([^}]+)\}/g

/** `${env:NAME}` (or `${env:NAME:-OTHERWISE}`), `${file:PATH}` and `${file:PATH:KEY}` (a properties file), anywhere in a value. */
export async function withSecrets(
  config: ConnectorConfig,
  sources: SecretSources,
): Promise<ConnectorConfig> {
  const entries = await Promise.all(
    Object.entries(config).map(async ([key, text]) => [key, await resolved(text, sources)]),
  )
  return Object.fromEntries(entries)
}

async function resolved(text: string, sources: SecretSources): Promise<string> {
  const found = [...text.matchAll(reference)]
  const secrets = await Promise.all(
    found.map(([whole, kind, name = '']) =>
      kind === 'env' ? fromEnvironment(whole, name, sources) : fromFile(whole, name, sources),
    ),
  )
  return text.replace(reference, () => secrets.shift() ?? '')
}

function fromEnvironment(whole: string, said: string, { environment }: SecretSources): string {
  const { name, value } = variableIn(said, environment)
  if (value !== undefined) return value
  const why = `the environment variable ${name} is not set; set it where leat is started`
  throw connectError('secret-missing', { reference: whole, why })
}

async function fromFile(whole: string, place: string, { folder }: SecretSources): Promise<string> {
  // A key stands behind the last colon; a drive of Windows (C:\…) is no path before a key.
  const [, path = place, key] = /^(.{2,}):([^:/\\]+)$/.exec(place) ?? []
  let text: string
  try {
    text = await readFile(resolve(folder, path), 'utf8')
  } catch (cause) {
    const why = `that file cannot be read (${sentenceOf(cause)})`
    throw connectError('secret-missing', { reference: whole, why }, { cause })
  }
  if (key === undefined) return text.replace(/\r?\n$/, '')
  const value = propertyIn(text, key)
  if (value !== undefined) return value
  throw connectError('secret-missing', { reference: whole, why: `that file has no key '${key}'` })
}

function propertyIn(text: string, key: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*)$/.exec(line) ?? []
    if (name === key) return value
  }
  return undefined
}
