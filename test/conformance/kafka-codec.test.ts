/** What leat writes, Apache Kafka reads, and would have written byte by byte the same. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { ByteWriter } from '../../src/base/bytes.ts'
import { seededRandom } from '../../src/base/random.ts'
import { apis } from '../../src/protocols/kafka/apis/index.ts'
import { codecOf } from '../../src/protocols/kafka/codec.ts'
import type { Api } from '../../src/protocols/kafka/schema.ts'
import { randomMessage } from '../../src/protocols/kafka/testing/random-message.ts'
import { javaCommand, requirePeer } from '../helpers/peers.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const messagesOfEach = 4
const echoProgram = join(import.meta.dirname, '../helpers/java/EchoMessages.java')
/** Kafka 4 has no code for the versions of Produce before 3 any more. */
const oldestProduceInKafka4 = 3

test('Apache Kafka reads every message of every API at every version and writes the same bytes', (t) => {
  const folder = requirePeer(t, 'kafka-clients')
  if (folder === undefined || requirePeer(t, 'java') === undefined) return
  const sent = apis.flatMap((api) => [...linesOf(api, 'request'), ...linesOf(api, 'response')])
  const [command = '', ...options] = javaCommand(join(folder, 'kafka-clients-4.3.1.jar'))
  const echo = spawnSync(command, [...options, echoProgram], {
    input: `${sent.join('\n')}\n`,
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
    timeout: 300_000,
  })
  assert.equal(echo.status, 0, echo.stderr)
  const answers = echo.stdout.trimEnd().split('\n')
  assert.equal(answers.length, sent.length)
  for (const [index, line] of sent.entries()) {
    const [side, key, version, bytes] = line.split(' ')
    assert.equal(answers[index], bytes, `${side} ${key}, version ${version}, SEED=${seed}`)
  }
})

const random = seededRandom(seed)

function* linesOf(api: Api, side: 'request' | 'response'): Iterable<string> {
  const from = api.key === 0 ? oldestProduceInKafka4 : api.versions.from
  for (let version = from; version <= api.versions.to; version++) {
    for (let left = messagesOfEach; left > 0; left--) {
      const writer = new ByteWriter()
      // One element an array: Kafka keeps some arrays as sets, where two of the same would be one.
      const message = randomMessage(api[side], version, random, 1)
      codecOf(api, side as 'request', version).encode(message, writer)
      yield `${side} ${api.key} ${version} ${writer.done().toString('hex')}`
    }
  }
}
