/**
 * A leat behind passwords and TLS at both of its doors, with certificates of a test's own. Before a
 * cluster, that is what asks for TLS and knows the user.
 */
import { isAgainstCluster } from './against.ts'
import { Authority, type Certificate } from './certificates.ts'
import type { Owner } from './folders.ts'
import { type LeatProcess, type LeatSettings, startLeat } from './leat.ts'
import { freePorts } from './ports.ts'
import { startSecuredCluster, wayToSecuredCluster } from './secured-cluster.ts'

/** Whom it knows: an API key and its secret, as services in the cloud give them out. */
export const apiKey = { user: 'API-KEY-1', password: 'api+Secret/1=' } as const

export interface SecuredLeat {
  readonly leat: LeatProcess
  readonly authority: Authority
  /** SASL_SSL alone. */
  readonly brokers: string
  /** TLS, by user and password. */
  readonly mqttPort: number
  /** TLS, by certificate. */
  readonly certificatePort: number
  readonly server: Certificate
}

export async function startSecuredLeat(
  owner: Owner,
  settings: Pick<LeatSettings, 'registry' | 'connectors' | 'access'> = {},
): Promise<SecuredLeat> {
  const authority = await Authority.open(owner)
  const server = await authority.sign('server', 'IP:127.0.0.1', 'DNS:localhost')
  const tls = { cert: server.certificate, key: server.key }
  const [kafkaPort = 0, mqttPort = 0, certificatePort = 0] = await freePorts(3)
  const brokers = `127.0.0.1:${kafkaPort}`
  const certificates = { ...tls, ca: authority.certificate, clientAuth: 'required' }
  const byCertificate = {
    ...{ bind: `127.0.0.1:${certificatePort}`, auth: ['certificate'], tls: certificates },
    principalMappingRules: 'RULE:^CN=(.*)$/$1/',
  }
  const mqtt = {
    listeners: [{ bind: `127.0.0.1:${mqttPort}`, auth: ['password'], tls }, byCertificate],
  }
  const doors = { ...settings, ownBroker: true, mqtt, env: { API_SECRET: apiKey.password } }
  const others = { authority, mqttPort, certificatePort, server }
  if (isAgainstCluster) {
    const cluster = await startSecuredCluster(owner, server, apiKey)
    const kafka = wayToSecuredCluster(cluster, authority, apiKey.user, 'API_SECRET')
    return { ...others, brokers: cluster.join(), leat: await startLeat(owner, { ...doors, kafka }) }
  }
  const leat = await startLeat(owner, {
    ...doors,
    kafka: {
      listeners: [{ bind: brokers, auth: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], tls }],
    },
    access: {
      users: { [apiKey.user]: { password: `\${env:API_SECRET}` } },
      ...(settings.access ?? { authorizer: 'none' }),
    },
  })
  return { ...others, brokers, leat }
}
