/** mosquitto_pub and mosquitto_sub, as they are typed at a prompt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import type { Owner } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, type RunningProgram, startProgram } from '../helpers/programs.ts'
import { shared, startMqtt } from '../helpers/subject.ts'

const skip = withoutPeer('mosquitto')
const broker = shared((owner) => startMqtt(owner))
const versions = ['mqttv31', 'mqttv311', 'mqttv5']

async function publish(topic: string, message: string, ...more: string[]): Promise<void> {
  const { port } = await broker()
  const place = ['-h', '127.0.0.1', '-p', String(port)]
  await outputOf(['mosquitto_pub', ...place, '-t', topic, '-m', message, ...more])
}

/** A subscriber that the broker has confirmed; it writes line by line, though nobody looks on. */
async function subscribe(owner: Owner, filter: string, ...more: string[]): Promise<RunningProgram> {
  const { port } = await broker()
  const place = ['-h', '127.0.0.1', '-p', String(port)]
  const program = startProgram(owner, [
    'stdbuf',
    '-oL',
    'mosquitto_sub',
    '-d',
    ...place,
    '-t',
    filter,
    ...more,
  ])
  await program.says('Subscribed (mid')
  return program
}

for (const version of versions) {
  for (const qos of ['0', '1', '2']) {
    test(`mosquitto ${version}: a message of QoS ${qos} arrives unchanged and once`, {
      skip,
    }, async (t) => {
      const topic = `plant/${version}/${qos}`
      const subscriber = await subscribe(t, topic, '-q', qos, '-V', version, '-F', '%t=%p')
      await publish(topic, 'manuela,pump-1,46.7,1596873600123', '-q', qos, '-V', version)
      await publish(topic, 'the end', '-q', qos, '-V', version)
      await subscriber.says(`${topic}=the end\n`)
      const heard = subscriber.stdout.split('\n').filter((line) => line.startsWith(topic))
      assert.deepEqual(heard, [`${topic}=manuela,pump-1,46.7,1596873600123`, `${topic}=the end`])
    })
  }

  test(`mosquitto ${version}: wildcards match levels`, { skip }, async (t) => {
    const all = await subscribe(t, `${version}/#`, '-V', version, '-F', '%t')
    const one = await subscribe(t, `${version}/+/temperature`, '-V', version, '-F', '%t')
    await publish(`${version}/line-1/temperature`, 'x', '-V', version)
    await publish(`${version}/line-1/vibration`, 'x', '-V', version)
    await publish(`${version}/line-2/temperature`, 'x', '-V', version)
    await all.says(`${version}/line-2/temperature\n`)
    await one.says(`${version}/line-2/temperature\n`)
    // Three clients have written to three topics, whose order nobody promises.
    await all.says(`${version}/line-1/vibration\n`)
    assert.equal(one.stdout.includes('vibration'), false)
  })

  test(`mosquitto ${version}: a retained message greets who comes later, until it is cleared`, {
    skip,
  }, async (t) => {
    const topic = `retained/${version}`
    await publish(topic, 'on', '-r', '-q', '1', '-V', version)
    const first = await subscribe(t, topic, '-V', version, '-F', '%r %p')
    await first.says('1 on\n')
    await publish(topic, '', '-r', '-q', '1', '-V', version)
    const second = await subscribe(t, topic, '-V', version, '-F', '%r %p')
    await publish(topic, 'live', '-q', '1', '-V', version)
    await second.says('0 live\n')
    assert.equal(second.stdout.includes('1 on'), false)
  })

  test(`mosquitto ${version}: a will is published when its client is killed`, {
    skip,
  }, async (t) => {
    const { port } = await broker()
    const watcher = await subscribe(t, `wills/${version}`, '-V', version, '-F', '%p')
    const place = ['-h', '127.0.0.1', '-p', String(port), '-V', version, '-t', 'anything']
    const will = ['--will-topic', `wills/${version}`, '--will-payload', 'gone', '--will-qos', '1']
    const client = startProgram(t, ['stdbuf', '-oL', 'mosquitto_sub', '-d', ...place, ...will])
    await client.says('Subscribed (mid')
    client.kill()
    await watcher.says('gone\n')
  })
}

for (const how of ['stop', 'kill'] as const) {
  for (const version of versions) {
    test(`mosquitto ${version}: a durable session gets what came while it was away, also after the broker's ${how}`, {
      skip,
    }, async (t) => {
      const mqtt = await startMqtt(t)
      const place = ['-h', '127.0.0.1', '-p', String(mqtt.port), '-V', version]
      // As -c of the older versions: the session outlives its connection.
      const durable = version === 'mqttv5' ? ['-x', '3600', '-c'] : ['-c']
      const session = ['-i', 'display', ...durable, '-q', '1', '-t', 'durable/+']
      const subscriber = ['mosquitto_sub', ...place, ...session]
      await outputOf([...subscriber, '-E'])
      const write = (message: string) =>
        outputOf(['mosquitto_pub', ...place, '-q', '1', '-t', 'durable/a', '-m', message])
      await write('1')
      await write('2')
      if (how === 'kill' && process.env.AGAINST === 'peers') await mqtt.stop()
      else await mqtt[how]()
      await mqtt.start()
      await write('3')
      const heard = await outputOf([...subscriber, '-C', '3', '-W', '60'])
      assert.deepEqual(heard.trim().split('\n'), ['1', '2', '3'])
    })
  }
}

test('mosquitto: a retained message survives kill -9 of the broker', { skip }, async (t) => {
  const mqtt = await startMqtt(t)
  const place = ['-h', '127.0.0.1', '-p', String(mqtt.port), '-t', 'state']
  await outputOf(['mosquitto_pub', ...place, '-q', '1', '-r', '-m', 'open'])
  if (process.env.AGAINST === 'peers') await mqtt.stop()
  else await mqtt.kill()
  await mqtt.start()
  assert.equal(await outputOf(['mosquitto_sub', ...place, '-C', '1', '-W', '60']), 'open\n')
})

test('mosquitto 5: properties of a message reach the subscriber', { skip }, async (t) => {
  const format = '%p %C %R %D %P'
  const subscriber = await subscribe(t, 'properties', '-V', '5', '-q', '1', '-F', format)
  await publish(
    'properties',
    'x',
    ...['-V', '5', '-q', '1', '-D', 'publish', 'content-type', 'text/csv'],
    ...['-D', 'publish', 'response-topic', 'answers', '-D', 'publish', 'correlation-data', 'c1'],
    ...['-D', 'publish', 'user-property', 'unit', 'C'],
  )
  await subscriber.says('x text/csv answers c1 unit:C\n')
})

test('mosquitto 5: a shared subscription gives each message to one of its members', {
  skip,
}, async (t) => {
  const member = () => subscribe(t, '$share/team/work/+', '-V', '5', '-q', '1', '-F', '%p')
  const members = [await member(), await member()]
  const messages = Array.from({ length: 10 }, (_, index) => `job-${index}`)
  for (const message of messages) await publish('work/a', message, '-V', '5', '-q', '1')
  const heard = () =>
    members.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line.startsWith('job-')))
  await eventually('all jobs were given', () => heard().length >= messages.length)
  assert.deepEqual(heard().sort(), messages)
})

test('mosquitto_pub sends a file of lines, one message a line, in order', { skip }, async (t) => {
  const { port } = await broker()
  const subscriber = await subscribe(t, 'lines', '-q', '2', '-F', 'line %p')
  const lines = Array.from({ length: 200 }, (_, index) => String(index))
  const place = ['-h', '127.0.0.1', '-p', String(port), '-t', 'lines', '-q', '2']
  await outputOf(['mosquitto_pub', ...place, '-l'], { input: `${lines.join('\n')}\n` })
  await subscriber.says('line 199\n')
  const heard = subscriber.stdout.split('\n').filter((line) => line.startsWith('line '))
  assert.deepEqual(
    heard,
    lines.map((line) => `line ${line}`),
  )
})
