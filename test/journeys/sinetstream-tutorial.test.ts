/**
 * SINETStream's tutorial: a writer, a reader and a broker, over Kafka or MQTT by the name of the
 * service alone, with the tutorial's kind of configuration file (version 1). The broker is stopped
 * and started in between; what was sent at least once is read at least once.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { eventually } from '../helpers/eventually.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { peersHome, pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf, type RunningProgram, startProgram } from '../helpers/programs.ts'
import { untilHeard } from '../helpers/sinetstream-programs.ts'

const programs = join(import.meta.dirname, 'programs')
const unbuffered = { PYTHONUNBUFFERED: '1' }
const services = ['service-tutorial-kafka', 'service-tutorial-mqtt']

/** A working folder with the configuration file that both programs and the CLI look for. */
function workingFolder(owner: Owner, leat: LeatProcess): string {
  const folder = temporaryFolder(owner)
  const common = { consistency: 'AT_LEAST_ONCE' }
  const file = {
    'service-tutorial-kafka': {
      type: 'kafka',
      brokers: leat.brokers,
      topic: 'topic-tutorial-kafka',
      ...common,
    },
    'service-tutorial-mqtt': {
      type: 'mqtt',
      brokers: `127.0.0.1:${leat.mqttPort}`,
      topic: 'topic-tutorial-mqtt',
      clean_session: false,
      reconnect_delay_set: { min_delay: 1, max_delay: 1 },
      ...common,
    },
  }
  writeFileSync(join(folder, '.sinetstream_config.yml'), stringify(file))
  return folder
}

for (const service of services) {
  for (const style of ['sync', 'async']) {
    test(`SINETStream's ${style} writer and reader of ${service} lose nothing while the broker is stopped and killed`, {
      skip: withoutPeer('sinetstream'),
    }, async (t) => {
      const leat = await startLeat(t)
      const cwd = workingFolder(t, leat)
      const python = pythonOf('sinetstream')
      const start = (name: string) =>
        startProgram(t, [python, join(programs, `sinetstream_${name}.py`), service, style], {
          cwd,
          env: unbuffered,
          interactive: true,
        })
      const writer = start('writer')
      const reader = start('reader')
      await writer.says('open\n')
      await reader.says('open\n')
      await untilHeard(writer, reader)

      await exchange(writer, reader, 1)
      assert.equal(await leat.stop(), 0)
      writer.input.write(linesFrom(11))
      await leat.start()
      await hears(writer, reader, 11)
      await leat.kill()
      writer.input.write(linesFrom(21))
      await leat.start()
      await hears(writer, reader, 21)
      await exchange(writer, reader, 31)

      const heard = new Set(
        [...reader.stdout.matchAll(/ number-(\d+)$/gm)].map(([, n]) => Number(n)),
      )
      assert.equal(heard.size, 40)
    })
  }
}

async function exchange(writer: RunningProgram, reader: RunningProgram, from: number) {
  writer.input.write(linesFrom(from))
  await hears(writer, reader, from)
}

function linesFrom(from: number): string {
  return Array.from({ length: 10 }, (_, index) => `number-${from + index}\n`).join('')
}

async function hears(writer: RunningProgram, reader: RunningProgram, from: number): Promise<void> {
  await writer.says(`sent number-${from + 9}\n`, 120_000)
  for (let number = from; number < from + 10; number += 1) {
    await reader.says(` number-${number}\n`, 120_000)
  }
}

test('what is written over MQTT is read over Kafka, because both are one log', {
  skip: withoutPeer('sinetstream'),
}, async (t) => {
  const leat = await startLeat(t, {
    mqtt: { routes: [{ from: 'topic-tutorial-mqtt', to: 'topic-tutorial-kafka' }] },
  })
  const cwd = workingFolder(t, leat)
  const start = (name: string, service: string) => {
    const command = [pythonOf('sinetstream'), join(programs, `sinetstream_${name}.py`)]
    const options = { cwd, env: unbuffered, interactive: true }
    return startProgram(t, [...command, service, 'sync'], options)
  }
  const writer = start('writer', 'service-tutorial-mqtt')
  const reader = start('reader', 'service-tutorial-kafka')
  await writer.says('open\n')
  await reader.says('open\n')
  await untilHeard(writer, reader)
  await exchange(writer, reader, 1)
})

for (const service of services) {
  test(`SINETStream's own command line writes to, reads from and pings ${service}`, {
    skip: withoutPeer('sinetstream-cli'),
  }, async (t) => {
    const leat = await startLeat(t)
    const cwd = workingFolder(t, leat)
    const cli = join(peersHome, 'sinetstream-cli', 'bin', 'sinetstream_cli')
    const reader = startProgram(t, [cli, 'read', '-s', service, '-t', '-C', '1'], {
      cwd,
      env: unbuffered,
    })
    // It begins at the end, wherever that is when it gets there.
    const hasHeard = async () => {
      await outputOf([cli, 'write', '-s', service, '-l', '-t'], { cwd, input: 'hello\n' })
      return !reader.running
    }
    await eventually('the reader has one', hasHeard, 180_000).catch((error: Error) => {
      throw new Error(`${error.message}: ${reader.story()}`)
    })
    assert.equal(await reader.ends(), 0, reader.story())
    assert.match(reader.stdout, /hello/)

    // Without a count: its reader begins at the end, which may be behind the first ping.
    const ping = startProgram(t, [cli, 'ping', '-s', service, '-i', '1'], { cwd, env: unbuffered })
    await ping.says(/recv \d/, 120_000)
    ping.kill()
  })
}
