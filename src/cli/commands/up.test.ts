import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { run } from '../main.ts'
import { runCli } from '../testing/run-cli.ts'

interface Up {
  readonly kafka: string
  readonly mqtt: string
  readonly http: string
  readonly folder: string
  /** Asks it to stop; gives the exit code. */
  stop(): Promise<number>
}

/** Runs `leat up` inside this process, on free ports, and reads its banner. */
async function up(t: TestContext): Promise<Up> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-up-'))
  const stop = new AbortController()
  const stderr = new PassThrough()
  const ports = ['kafka', 'mqtt', 'registry', 'connect', 'http'].flatMap((name) => [
    `--${name}-port`,
    '0',
  ])
  const ended = run(['up', '--data', join(folder, 'data'), '--log-level', 'error', ...ports], {
    stdin: Readable.from([]),
    stdout: new PassThrough(),
    stderr,
    environment: {},
    stopped: stop.signal,
  })
  t.after(async () => {
    stop.abort()
    await ended
    rmSync(folder, { recursive: true })
  })
  const said = await new Promise<string>((resolve) => {
    let text = ''
    stderr.on('data', (piece) => {
      text += piece
      if (text.includes('Try it')) resolve(text)
    })
    ended.then(() => resolve(text))
  })
  const address = (name: string) => new RegExp(`${name} +(\\S+?)[, \n]`).exec(said)?.[1] ?? ''
  return {
    kafka: address('Kafka'),
    mqtt: address('MQTT'),
    http: address('Health').replace('/readyz', ''),
    folder,
    stop: () => {
      stop.abort()
      return ended
    },
  }
}

test('what is produced is consumed, with key, headers and order', async (t) => {
  const { kafka } = await up(t)
  const input = '{"key":"a","value":"1","headers":{"h":"x"}}\n{"key":"a","value":null}\n'
  const produced = await runCli(['produce', 't', '--json', '-o', 'json', '-b', kafka], {
    stdin: input,
  })
  assert.deepEqual(
    produced.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).offset),
    [0, 1],
  )
  const { stdout } = await runCli(['consume', 't', '--offset', ':end', '--json', '-b', kafka])
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    records.map(({ key, value, headers }) => ({ key, value, headers })),
    [
      { key: 'a', value: '1', headers: { h: 'x' } },
      { key: 'a', value: null, headers: {} },
    ],
  )
})

for (const how of [[], ['--from-beginning'], ['-g', 'early']]) {
  test(`whoever consumes before the topic is there is told, and gets its first record (${how.join(' ')})`, async (t) => {
    const { kafka } = await up(t)
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const stop = new AbortController()
    t.after(() => stop.abort())
    const ended = run(['consume', 'late', '-n', '2', '-b', kafka, ...how], {
      ...{ stdin: Readable.from([]), stdout, stderr, environment: {}, stopped: stop.signal },
    })
    const [notice] = await once(stderr, 'data')
    assert.match(`${notice}`, /Topic 'late' is not there yet; waiting for it\./)
    await runCli(['produce', 'late', '-b', kafka], { stdin: '1\n2\n' })
    assert.equal(await ended, 0)
    assert.equal(`${stdout.read()}`, '1\n2\n')
  })
}

test('a topic that is not there has no end, and Ctrl-C ends the wait for it', async (t) => {
  const { kafka } = await up(t)
  const { code, stderr } = await runCli(['consume', 'none', '--offset', ':end', '-b', kafka])
  assert.equal(code, 1)
  assert.match(stderr, /Topic 'none'/)
  for (const how of [[], ['-g', 'early']]) {
    const stopped = AbortSignal.abort()
    assert.equal((await runCli(['consume', 'none', '-b', kafka, ...how], { stopped })).code, 0)
  }
})

test('where no broker is, produce and consume say so at once, not when something has waited in vain', {
  timeout: 25_000,
}, async () => {
  for (const how of [['produce'], ['consume'], ['consume', '-g', 'g']]) {
    const { code, stderr } = await runCli([...how, 't', '-b', '127.0.0.1:1'], { stdin: '1\n' })
    assert.equal(code, 1)
    assert.match(stderr, /^leat: No Kafka broker answers at 127\.0\.0\.1:1 /)
  }
})

test('the readings of a sensor are in the Kafka topic of their MQTT topic', async (t) => {
  const { kafka, mqtt } = await up(t)
  const args = ['-u', `tcp://${mqtt}`, '-n', '3', '--metrics', 'temperature', '--seed', '1']
  const sent = await runCli(['sensor', ...args, '--set', 'temperature.frequency=0.001'])
  assert.equal(sent.code, 0, sent.stderr)
  const topic = 'iot-sensor.sw.temperature'
  const { stdout } = await runCli(['consume', topic, '--offset', ':end', '-b', kafka])
  assert.equal(stdout.trim().split('\n').length, 3)
  assert.match(stdout, /^(pump-1,sensor-tv,[\d.]+,\d{13}\n){3}$/)
})

test('topics are created, listed, configured and deleted', async (t) => {
  const { kafka } = await up(t)
  const topics = (...args: string[]) => runCli(['topics', ...args, '-b', kafka, '-o', 'json'])
  assert.equal((await topics('create', 'a', '-p', '3', '-c', 'retention.ms=1000')).code, 0)
  const listed = JSON.parse((await topics('list')).stdout) as { topic: string }[]
  // Connect's own topics, and leat's, come when they come.
  const ours = listed.filter(({ topic }) => !/^(connect-|__)/.test(topic))
  assert.deepEqual(ours, [{ topic: 'a', partitions: 3 }])
  const configs = JSON.parse((await topics('config', 'a', '-s', 'retention.ms=5000')).stdout)
  assert.equal(configs.find(({ name }: { name: string }) => name === 'retention.ms').value, '5000')
  assert.equal((await topics('delete', 'a')).code, 0)
  assert.equal((await topics('describe', 'a')).code, 1)
})

test('a group goes on where its last member stopped printing', async (t) => {
  const { kafka } = await up(t)
  await runCli(['produce', 't', '-b', kafka], { stdin: '1\n2\n3\n4\n' })
  const member = ['consume', 't', '-b', kafka, '-g', 'g', '--from-beginning']
  assert.equal((await runCli([...member, '-n', '3'])).stdout, '1\n2\n3\n')
  assert.equal((await runCli([...member, '-n', '1'])).stdout, '4\n')
  const groups = (...args: string[]) => runCli(['groups', ...args, '-b', kafka, '-o', 'json'])
  assert.equal(JSON.parse((await groups('describe', 'g')).stdout)[0].lag, 0)
  await groups('reset', 'g', '--to', '-3')
  assert.equal(JSON.parse((await groups('describe', 'g')).stdout)[0].lag, 3)
  await runCli(['topics', 'delete', 't', '-b', kafka])
  assert.deepEqual(await groups('describe', 'g'), {
    code: 0,
    stdout: '[]\n',
    stderr: "Group 'g' is Empty, has 0 members and has committed no offset.\n",
  })
  assert.equal((await groups('delete', 'g')).code, 0)
  assert.match((await groups('describe', 'g')).stderr, /There is no group 'g'/)
})

test('health and metrics are answered', async (t) => {
  const { http } = await up(t)
  assert.equal(await (await fetch(`${http}/healthz`)).text(), 'ok\n')
  assert.equal(await (await fetch(`${http}/readyz`)).text(), 'ready\n')
  const metrics = await fetch(`${http}/metrics`)
  assert.match(metrics.headers.get('content-type') ?? '', /text\/plain/)
  assert.match(await metrics.text(), /^leat_\w+ \d+$/m)
})

test('it stops within five seconds while clients are connected to every port', async (t) => {
  const { kafka, mqtt, http, stop } = await up(t)
  for (const address of [kafka, mqtt, http.replace('http://', '')]) {
    const [host = '', port] = address.split(':')
    const socket = connect(Number(port), host).on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    t.after(() => socket.destroy())
  }
  const start = performance.now()
  assert.equal(await stop(), 0)
  assert.ok(performance.now() - start < 5_000)
})

test('a port that is taken is an error that names the process', async (t) => {
  const { kafka, folder } = await up(t)
  const [, port = ''] = kafka.split(':')
  const ports = [
    '--kafka-port',
    port,
    '--mqtt-port',
    '0',
    '--connect-port',
    '0',
    '--registry-port',
    '0',
    '--http-port',
    '0',
  ]
  const { code, stderr } = await runCli(['up', '--data', join(folder, 'other'), ...ports])
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port} is in use`))
})
