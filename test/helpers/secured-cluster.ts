/** Three brokers of an Apache Kafka behind TLS and passwords, as a leat is told of them. */
import { runCli } from '../../src/cli/testing/run-cli.ts'
import type { Authority, Certificate } from './certificates.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { startKafkaCluster } from './kafka-cluster.ts'
import { oneFile } from './secure-kafka.ts'

interface Login {
  readonly user: string
  readonly password: string
}

/** One who logs in by PLAIN and by SCRAM; the addresses of SASL_SSL. */
export async function startSecuredCluster(
  owner: Owner,
  server: Certificate,
  { user, password }: Login,
): Promise<readonly string[]> {
  const modules = 'org.apache.kafka.common.security'
  const known = `user_${user}="${password}"`
  const scram = `${modules}.scram.ScramLoginModule required;`
  const cluster = await startKafkaCluster(owner, {
    guarded: 'SASL_SSL',
    config: {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': oneFile(temporaryFolder(owner), server),
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.guarded.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required ${known};`,
      'listener.name.guarded.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.guarded.scram-sha-512.sasl.jaas.config': scram,
    },
  })
  const add = ['users', 'add', user, '-b', cluster.brokers]
  const { code, stderr } = await runCli(add, { stdin: `${password}\n` })
  if (code !== 0) throw new Error(stderr)
  return cluster.guarded
}

/** The part `kafka` of a leat.yml before it, whose password stands in the environment. */
export function wayToSecuredCluster(
  brokers: readonly string[],
  authority: Authority,
  user: string,
  variable: string,
) {
  const sasl = { mechanism: 'SCRAM-SHA-512', username: user, password: `\${env:${variable}}` }
  return { brokers, tls: { ca: authority.certificate }, sasl }
}
