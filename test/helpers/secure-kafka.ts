/** A real Apache Kafka with a listener for each way to prove who one is. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApacheKafka } from './apache-kafka.ts'
import { Authority, type Certificate } from './certificates.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { freePorts } from './ports.ts'

export const users = { alice: 'al1ce-secret', bob: 'b0b-secret' } as const

export interface SecureKafka {
  readonly kafka: ApacheKafka
  readonly authority: Authority
  /** By the names of Kafka's protocols, and one that wants certificates of clients. */
  readonly brokers: Readonly<Record<ListenerName, string>>
}

const listenerNames = ['PLAINTEXT', 'SSL', 'MTLS', 'SASL_PLAINTEXT', 'SASL_SSL'] as const
type ListenerName = (typeof listenerNames)[number]

export async function startSecureKafka(
  owner: Owner,
  config: Record<string, string> = {},
): Promise<SecureKafka> {
  const authority = await Authority.open(owner)
  const server = await authority.sign('kafka', 'IP:127.0.0.1', 'DNS:localhost')
  const folder = temporaryFolder(owner)
  const [controllerPort = 0, ...ports] = await freePorts(1 + listenerNames.length)
  const brokers = Object.fromEntries(
    listenerNames.map((name, index) => [name, `127.0.0.1:${ports[index]}`]),
  ) as SecureKafka['brokers']
  const listeners = listenerNames.map((name) => `${name}://${brokers[name]}`)
  const kafka = new ApacheKafka(folder, ports[0] ?? 0, controllerPort, {
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT',
      'MTLS:SSL',
      ...listenerNames.filter((name) => name !== 'MTLS').map((name) => `${name}:${name}`),
    ].join(','),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': oneFile(folder, server),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.certificate,
    'listener.name.mtls.ssl.client.auth': 'required',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    ...logins('sasl_plaintext'),
    ...logins('sasl_ssl'),
    ...config,
  })
  owner.after(() => kafka.kill())
  await kafka.format(...scramUsers())
  await kafka.start()
  return { kafka, authority, brokers }
}

export function logins(listener: string): Record<string, string> {
  const known = Object.entries(users).map(([user, password]) => `user_${user}="${password}"`)
  const module = 'org.apache.kafka.common.security'
  return {
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${module}.plain.PlainLoginModule required ${known.join(' ')};`,
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: `${module}.scram.ScramLoginModule required;`,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: `${module}.scram.ScramLoginModule required;`,
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`]: `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="kafka";`,
  }
}

/** What Kafka reads as a PEM keystore: the key, then its certificates. */
export function oneFile(folder: string, { key, certificate }: Certificate): string {
  const path = join(folder, 'server.pem')
  writeFileSync(path, `${readFileSync(key, 'utf8')}${readFileSync(certificate, 'utf8')}`)
  return path
}

/** Users that are there from the start, as options of Kafka's StorageTool. */
function scramUsers(): string[] {
  return Object.entries(users).flatMap(([user, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user},password=${password}]`,
    ]),
  )
}
