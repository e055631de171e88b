/** An Apache Kafka where rules say who may do what, and a leat before it that logs in there as alice. */
import assert from 'node:assert/strict'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import type { Running } from '../../src/platform/index.ts'
import { startInside } from './doors.ts'
import type { Owner } from './folders.ts'
import { type SecureKafka, startSecureKafka, users } from './secure-kafka.ts'

export interface RuledKafka extends Pick<SecureKafka, 'brokers'> {
  allow(principal: string, operation: string, ...resource: readonly string[]): Promise<void>
  /** `doors` are the lines of leat.yml about them. */
  startLeat(doors: string): Promise<Running>
}

export async function startRuledKafka(owner: Owner): Promise<RuledKafka> {
  const { brokers } = await startSecureKafka(owner, {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:alice;User:ANONYMOUS',
  })
  const before = `
kafka:
  brokers: [ ${brokers.SASL_PLAINTEXT} ]
  sasl: { mechanism: SCRAM-SHA-512, username: alice, password: "\${env:ALICE}" }
`
  return {
    brokers,
    allow: async (principal, operation, ...resource) => {
      const rule = ['--principal', principal, '--operation', operation, ...resource]
      const { code, stderr } = await runCli(['acls', 'add', '-b', brokers.PLAINTEXT, ...rule])
      assert.equal(code, 0, stderr)
    },
    startLeat: (doors) =>
      startInside(owner, `${before}${doors}`, { environment: { ALICE: users.alice } }),
  }
}
