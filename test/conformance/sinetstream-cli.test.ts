/**
 * `leat write`, `read` and `ping` beside SINETStream's own command line (Python): the same arguments
 * and the same service file for both, and what one writes the other prints, to the byte. And
 * `leat bridge`, with a file of SINETStream's bridge.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { seededRandom } from '../../src/base/random.ts'
import { eventually } from '../helpers/eventually.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { type LeatProcess, leatCommand, startLeat } from '../helpers/leat.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'
import { outputOf, type RunningProgram, runProgram, startProgram } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const theirs = [join(peersHome, 'sinetstream-cli', 'bin', 'sinetstream_cli')]
const skip = withoutPeer('sinetstream-cli')
const leatProcess = shared((owner) => startLeat(owner))

/** Ways to write a message, as KEY=VALUE and as a service file says them. */
const codings = {
  plain: { keys: [], file: {} },
  encrypted: {
    keys: [
      'data_encryption=true',
      'crypto.algorithm=AES',
      'crypto.mode=GCM',
      'crypto.password=a long secret',
    ],
    file: {
      data_encryption: true,
      crypto: { algorithm: 'AES', mode: 'GCM', password: 'a long secret' },
    },
  },
}

const cases = (['kafka', 'mqtt'] as const).flatMap((type) =>
  (['plain', 'encrypted'] as const).flatMap((coding) =>
    (['-nc', 'a service file'] as const).map((way) => ({ type, coding, way })),
  ),
)

type Case = (typeof cases)[number]

interface Setting {
  readonly cwd: string
  /** What says both command lines which service it is. */
  readonly service: readonly string[]
  readonly topic: string
}

let topics = 0

function settingOf(owner: Owner, leat: LeatProcess, { type, coding, way }: Case): Setting {
  const cwd = temporaryFolder(owner)
  const brokers = type === 'kafka' ? leat.brokers : `127.0.0.1:${leat.mqttPort}`
  topics += 1
  const topic = `cli-${topics}`
  const { keys, file } = codings[coding]
  if (way === '-nc') {
    const service = ['-nc', `type=${type}`, `brokers=${brokers}`, `topic=${topic}`, ...keys]
    return { cwd, topic, service }
  }
  const services = { other: { type }, pumps: { type, brokers, topic, ...file } }
  writeFileSync(join(cwd, '.sinetstream_config.yml'), stringify(services))
  return { cwd, topic, service: ['-s', 'pumps'] }
}

/** Starts a reader that is known to read: ours says so, theirs is written to until it prints. */
async function reading(owner: Owner, { cwd, service }: Setting, args: readonly string[]) {
  const command = [...leatCommand, 'read', '-v', ...service, ...args]
  const reader = startProgram(owner, command, { cwd })
  await reader.says('Reading')
  return reader
}

const unbuffered = { PYTHONUNBUFFERED: '1' }

/** Writes the same message until a reader of theirs, who begins whenever it is ready, has enough. */
async function untilEnough(reader: RunningProgram, write: () => Promise<unknown>): Promise<void> {
  const hasEnded = async () => {
    await write()
    return !reader.running
  }
  await eventually('their reader has enough', hasEnded, 120_000)
  assert.equal(await reader.ends(), 0, reader.story())
}

for (const one of cases) {
  const { type, coding, way } = one
  test(`over ${type}, ${coding}, with ${way}: what SINETStream's command line writes, leat prints`, {
    skip,
  }, async (t) => {
    const setting = settingOf(t, await leatProcess(), one)
    const { cwd, service, topic } = setting
    const reader = await reading(t, setting, ['-t', '-C', '4'])
    const write = [...theirs, 'write', ...service]
    await outputOf([...write, '-m', 'grüße'], { cwd })
    await outputOf([...write, '-t', '-l'], { cwd, input: 'a\r\nb' })
    await outputOf(write, { cwd, input: 'all\nof it\n' })
    assert.equal(await reader.ends(), 0, reader.story())
    const texts = ['grüße\n', 'a\n', 'b\n', 'all\nof it\n']
    const lines = texts.map((text, index) => `[#${index + 1}] Received on "${topic}"\n${text}`)
    assert.equal(reader.stdout, lines.join(''))
  })

  test(`over ${type}, ${coding}, with ${way}: what leat writes, SINETStream's command line prints as leat does`, {
    skip,
  }, async (t) => {
    const setting = settingOf(t, await leatProcess(), one)
    const { cwd, service } = setting
    for (const args of [['-t'], [], ['-t', '-r']]) {
      const ours = await reading(t, setting, [...args, '-C', '2'])
      const command = [...theirs, 'read', ...service, ...args, '-C', '2']
      const reader = startProgram(t, command, { cwd, env: unbuffered })
      await untilEnough(reader, () =>
        outputOf([...leatCommand, 'write', ...service, '-l'], { cwd, input: 'grüße\n' }),
      )
      assert.equal(await ours.ends(), 0, ours.story())
      assert.match(reader.stdout, /grüße/)
      assert.equal(ours.stdout, reader.stdout)
    }
  })

  test(`over ${type}, ${coding}, with ${way}: both pings say the same`, { skip }, async (t) => {
    const { cwd, service } = settingOf(t, await leatProcess(), one)
    const args = ['ping', ...service, '-i', '0.2']
    const ours = await outputOf([...leatCommand, ...args, '-C', '2'], { cwd })
    const [topicLine = '', ...lines] = ours.trimEnd().split('\n')
    assert.match(topicLine, /^topic=\S+$/)
    // On a busy machine the next ping may leave before the answer to the one before has come.
    assert.deepEqual(lines.sort(), ['        recv 1', '        recv 2', 'send 1', 'send 2'])
    if (way === '-nc') return

    const unnamed = ['-nc', `type=${type}`, `brokers=${brokersOf(await leatProcess(), type)}`]
    assert.match(
      await outputOf([...leatCommand, 'ping', ...unnamed, '-C', '1'], { cwd }),
      /^topic=sinetstream_cli_ping_\d{8}\nsend 1\n {8}recv 1\n$/,
    )
    // Without a count: their reader of Kafka begins at the end, which may be behind the first ping.
    const ping = startProgram(t, [...theirs, ...args], { cwd, env: unbuffered })
    await ping.says(/^topic=\S+\n(send \d+\n)+ {8}recv \d+\n/)
    ping.kill()
  })
}

function brokersOf(leat: LeatProcess, type: Case['type']): string {
  return type === 'kafka' ? leat.brokers : `127.0.0.1:${leat.mqttPort}`
}

for (const type of ['kafka', 'mqtt'] as const) {
  test(`over ${type} a file of any bytes is the same after writing and reading, either way`, {
    skip,
  }, async (t) => {
    const seed = Date.now() % 2 ** 32
    t.diagnostic(`seed ${seed}`)
    const setting = settingOf(t, await leatProcess(), { type, coding: 'plain', way: '-nc' })
    const { cwd, service } = setting
    const bytes = seededRandom(seed).bytes(20_000)
    const file = join(cwd, 'sent.bin')
    writeFileSync(file, bytes)
    const folder = temporaryFolder(t)

    const ours = await reading(t, setting, ['-f', folder, '-C', '1', '-o', 'json'])
    await outputOf([...theirs, 'write', ...service, '-f', file], { cwd })
    assert.equal(await ours.ends(), 0, ours.story())
    const [kept] = readdirSync(folder)
    assert.deepEqual(readFileSync(join(folder, kept ?? '')), bytes)

    const reader = startProgram(t, [...theirs, 'read', ...service, '-f', folder, '-C', '1'], {
      cwd,
      env: unbuffered,
    })
    await untilEnough(reader, () =>
      outputOf([...leatCommand, 'write', ...service, '-f', file], { cwd }),
    )
    const names = readdirSync(folder)
    assert.equal(names.length, 2)
    for (const name of names) {
      assert.match(name, new RegExp(`^${setting.topic}-[a-zA-Z0-9]{16}-1$`))
      assert.deepEqual(readFileSync(join(folder, name)), bytes)
    }
  })
}

test('what was printed is done with: a group gets the rest, also after Ctrl-C', async (t) => {
  const leat = await leatProcess()
  const { cwd, service } = settingOf(t, leat, { type: 'kafka', coding: 'plain', way: '-nc' })
  const once = 'consistency=AT_LEAST_ONCE'
  const write = [...leatCommand, 'write', ...service, once, '-l']
  await outputOf(write, { cwd, input: '1\n2\n3\n' })
  const group = ['type_spec.group_id=g', 'type_spec.auto_offset_reset=earliest', once]
  const read = [...leatCommand, 'read', ...service, ...group, '-r', '-t']
  assert.equal(await outputOf([...read, '-C', '2'], { cwd }), '1\n2\n')

  const reader = startProgram(t, read, { cwd })
  await reader.says('3\n')
  assert.equal(await reader.stop('SIGINT'), 0)
  await outputOf(write, { cwd, input: '4\n' })
  assert.equal(await outputOf([...read, '-C', '1'], { cwd }), '4\n')
})

test('a bridge carries what SINETStream writes over MQTT to Kafka, and loses nothing while leat is killed', {
  skip,
}, async (t) => {
  const leat = await startLeat(t)
  const cwd = temporaryFolder(t)
  const once = { consistency: 'AT_LEAST_ONCE' }
  const up = { type: 'mqtt', brokers: `127.0.0.1:${leat.mqttPort}`, topic: 'up', ...once }
  const config = {
    mybridge: { type: 'bridge', bridge: { reader: ['up'], writer: ['down'], report: 'log' } },
    up: { ...up, client_id: 'mybridge', clean_session: false },
    down: { type: 'kafka', brokers: leat.brokers, topic: 'down', ...once },
    log: { type: 'kafka', brokers: leat.brokers, topic: 'log', ...once },
    writer: up,
    reader: { type: 'kafka', brokers: leat.brokers, topic: 'down', auto_offset_reset: 'earliest' },
    listener: { type: 'kafka', brokers: leat.brokers, topic: 'log', auto_offset_reset: 'earliest' },
  }
  const path = join(cwd, '.sinetstream_config.yml')
  writeFileSync(path, stringify({ header: { version: 2 }, config }))
  const start = async () => {
    const bridge = startProgram(t, [...leatCommand, 'bridge', '-c', path], { cwd })
    await bridge.says(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d] SINETStream-Bridge:mybridge: STARTED\n/)
    return bridge
  }
  const write = (input: string) =>
    outputOf([...theirs, 'write', '-s', 'writer', '-t', '-l'], { cwd, input })
  const reader = (service: string) =>
    startProgram(t, [...leatCommand, 'read', '-s', service, '-t', '-r'], { cwd })

  const downstream = reader('reader')
  const bridge = await start()
  await write('1\n2\n')
  await downstream.says(/^2$/m)
  await leat.kill()
  await leat.start()
  await write('3\n')
  await downstream.says(/^3$/m)
  assert.equal(await bridge.stop('SIGINT'), 0)

  await write('4\n')
  const again = await start()
  await downstream.says(/^4$/m)
  assert.equal(await again.stop('SIGINT'), 0)
  // What was under way when leat was killed may come twice, but nothing is missing.
  const heard = new Set(downstream.stdout.trim().split('\n'))
  assert.deepEqual([...heard], ['1', '2', '3', '4'])
  await reader('listener').says(/^SINETStream-Bridge:mybridge: STARTED$/m)
})

test('wrong use ends with 2, a broker that is away with 1, and nothing of it on stdout', async (t) => {
  const cwd = temporaryFolder(t)
  const run = (...args: string[]) => runProgram([...leatCommand, ...args], { cwd })
  const away = ['-nc', 'type=mqtt', 'brokers=127.0.0.1:1', 'topic=t']
  const ends: [string[], number, RegExp][] = [
    [['write', '-m', 'x'], 2, /There is no service file/],
    [['read', '-nc', 'type=kafka', 'topic=t'], 2, /'brokers' is missing/],
    [['read', '-nc', 'type=pigeon', 'topic=t'], 2, /no services of type 'pigeon'/],
    [['ping', '-nc', 'topic'], 2, /write KEY=VALUE/],
    [['write', ...away, '-m', 'x'], 1, /127\.0\.0\.1:1/],
  ]
  for (const [args, code, sentence] of ends) {
    const { exitCode, stdout, stderr } = await run(...args)
    assert.equal(exitCode, code, stderr)
    assert.match(stderr, sentence)
    assert.equal(stdout, '')
  }
})
