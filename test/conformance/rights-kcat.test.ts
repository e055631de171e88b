/** What kcat (librdkafka) is told that logs in and may do little, by a leat.yml as people write it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '../../src/base/logger.ts'
import { parseConfig } from '../../src/platform/config-file.ts'
import { start } from '../../src/platform/start.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const skip = withoutPeer('kcat')
const password = 'only-for-this-test'

const file = `
kafka:
  listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN ] } ]
  topics: { readings: {}, secret: {} }
access:
  users:
    pump: { password: "\${env:PASSWORD}" }
    wall: { password: "\${env:PASSWORD}" }
  acls:
    - { principal: pump, operations: [ Write ], topic: readings }
    - { principal: wall, operations: [ Read ], topic: read, pattern: prefixed }
    - { principal: wall, operations: [ Read ], group: walls }
`

const brokers = shared(async (owner: Owner) => {
  let end: () => Promise<void> = async () => {}
  owner.after(() => end())
  const config = await parseConfig(file, join(temporaryFolder(owner), 'leat.yml'), {
    PASSWORD: password,
  })
  const running = await start(config, silentLogger)
  end = async () => await running[Symbol.asyncDispose]()
  return `127.0.0.1:${running.kafka[0]?.port}`
})

async function kcat(user: string, ...args: string[]): Promise<string[]> {
  const login = [
    ...['-X', 'security.protocol=SASL_PLAINTEXT', '-X', 'sasl.mechanisms=PLAIN'],
    ...['-X', `sasl.username=${user}`, '-X', `sasl.password=${password}`],
  ]
  return ['kcat', '-b', await brokers(), ...login, ...args]
}

test('a producer writes to its topic, and is told that it may not write to another', {
  skip,
}, async () => {
  await outputOf(await kcat('pump', '-P', '-t', 'readings'), { input: '46.7\n' })
  const refused = await runProgram(await kcat('pump', '-P', '-t', 'secret'), { input: 'x\n' })
  assert.notEqual(refused.exitCode, 0)
  assert.match(refused.stderr, /Topic authorization failed/)
})

test('a consumer reads with its group, and is told that it may not with another', {
  skip,
}, async () => {
  const read = ['-q', '-e', '-X', 'auto.offset.reset=earliest', '-G']
  assert.match(await outputOf(await kcat('wall', ...read, 'walls', 'readings')), /46\.7/)
  const refused = await runProgram(await kcat('wall', ...read, 'others', 'readings'))
  assert.match(refused.stderr, /Group authorization failed/)
})

test('a client is shown its own topics alone', { skip }, async () => {
  const { topics } = JSON.parse(await outputOf(await kcat('wall', '-L', '-J')))
  assert.deepEqual(
    topics.map(({ topic }: { topic: string }) => topic),
    ['readings'],
  )
})
