/**
 * Reader and Writer beside SINETStream for Python: the same service file for both, every kind of
 * message across, in both directions, over Kafka and MQTT.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { seededRandom } from '../../src/base/random.ts'
import { Reader, Writer } from '../../src/index.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { startProgram } from '../helpers/programs.ts'

const program = join(import.meta.dirname, 'programs', 'sinetstream_crossed.py')
const password = { password: 'a long secret' }

/** Ways to write a message that both sides have to agree on. */
const codings: Record<string, Record<string, unknown>> = {
  plain: {},
  'version-2': { message_format: 2 },
  gzip: { data_compression: true },
  zstd: { data_compression: true, compression: { algorithm: 'zstd' } },
  lz4: { data_compression: true, compression: { algorithm: 'lz4', level: 3 } },
  gcm: { data_encryption: true, crypto: { algorithm: 'AES', mode: 'GCM', ...password } },
  eax: { data_encryption: true, crypto: { algorithm: 'AES', mode: 'EAX', ...password } },
  cbc: {
    data_encryption: true,
    crypto: { algorithm: 'AES', mode: 'CBC', padding: 'pkcs7', key_length: 256, ...password },
  },
  'zstd-gcm': {
    data_compression: true,
    compression: { algorithm: 'zstd', level: 3 },
    data_encryption: true,
    crypto: { algorithm: 'AES', mode: 'GCM', key_length: 192, ...password },
  },
}

/** The configuration file that both sides read, of the version that is asked for. */
function serviceFile(owner: Owner, leat: LeatProcess, version: 1 | 3, type: 'kafka' | 'mqtt') {
  const folder = temporaryFolder(owner)
  const brokers = type === 'kafka' ? leat.brokers : `127.0.0.1:${leat.mqttPort}`
  const services = Object.fromEntries(
    Object.entries(codings).map(([name, coding]) => {
      const common = { type, brokers, topic: `crossed-${name}`, consistency: 'AT_LEAST_ONCE' }
      return [name, { ...common, ...coding }]
    }),
  )
  const file = version === 1 ? services : { header: { version: 3 }, config: services }
  const path = join(folder, '.sinetstream_config.yml')
  writeFileSync(path, stringify(file))
  return { folder, path }
}

const names = Object.keys(codings)

for (const type of ['kafka', 'mqtt'] as const) {
  for (const version of [1, 3] as const) {
    test(`over ${type}, with a file of version ${version}, what Python writes is read, and what is written Python reads`, {
      skip: withoutPeer('sinetstream'),
    }, async (t) => {
      const seed = Date.now() % 2 ** 32
      t.diagnostic(`seed ${seed}`)
      const random = seededRandom(seed)
      const leat = await startLeat(t)
      const { folder, path } = serviceFile(t, leat, version, type)
      const python = (direction: string) =>
        startProgram(t, [pythonOf('sinetstream'), program, direction, ...names], {
          cwd: folder,
          env: { PYTHONUNBUFFERED: '1' },
          interactive: true,
        })
      const pythonReader = python('read')
      const pythonWriter = python('write')
      await pythonReader.says('open\n', 60_000)
      await pythonWriter.says('open\n', 60_000)

      for (const name of names) {
        const common = { service: name, config_file: path, receive_timeout_ms: 60_000 }
        await using reader = await Reader.open({ ...common, value_type: 'byte_array' })
        await using writer = await Writer.open({
          service: name,
          config_file: path,
          value_type: 'byte_array',
        })
        const messages = reader[Symbol.asyncIterator]()
        for (const bytes of [0, 1, 100, 5000]) {
          const value = random.bytes(bytes)
          const timestampUs = 1_700_000_000_000_000 + Math.floor(random.next() * 1e15)

          pythonWriter.input.write(`${name} ${value.toString('base64') || '='} ${timestampUs}\n`)
          const { value: message } = await messages.next()
          assert.ok(message, `${name}: no message came`)
          assert.deepEqual(message.value, value, name)
          // Python takes seconds as a floating-point number: the last microsecond may be lost.
          assert.ok(Math.abs(message.timestampUs - timestampUs) <= 1, name)
          assert.equal(message.topic, `crossed-${name}`)

          await untilPythonHears(pythonReader, name, writer)
          await writer.publish(value, { timestampUs })
          const line = `${name} crossed-${name} ${value.toString('base64')} ${timestampUs}\n`
          await pythonReader.says(line)
          // Our own reader hears what our writer said, too.
          await untilMessage(messages, value)
        }
      }
    })
  }
}

/** Python's Kafka reader begins at the end, wherever that is when it gets there. */
async function untilPythonHears(
  reader: { stdout: string },
  name: string,
  writer: Writer<Buffer>,
): Promise<void> {
  for (let tries = 0; tries < 1200 && !reader.stdout.includes(`${name} `); tries += 1) {
    await writer.publish(Buffer.from('probe'))
    await pause(100)
  }
}

async function untilMessage(messages: AsyncIterator<{ value: Buffer }>, value: Buffer) {
  for (;;) {
    const { value: message, done } = await messages.next()
    assert.ok(!done, 'no message came')
    if (message.value.equals(value)) return
  }
}
