/** kcat (librdkafka 2.0), as it is typed at a prompt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, startProgram } from '../helpers/programs.ts'
import { shared, startKafka } from '../helpers/subject.ts'

const skip = withoutPeer('kcat')
const kafka = shared((owner) => startKafka(owner))

async function kcat(args: string[], input = ''): Promise<string> {
  const { brokers } = await kafka()
  return await outputOf(['kcat', '-b', brokers, ...args], { input })
}

test('kcat writes lines and reads them back with key, headers and offset', { skip }, async () => {
  const unit = ['-H', 'unit=C', '-H', 'line=1']
  await kcat(['-P', '-t', 'lines', '-K', ':', ...unit], 'pump-1:46.7\npump-1:46.8\n')
  const format = ['-f', '%k %h %s %o %p\\n']
  assert.equal(
    await kcat(['-C', '-t', 'lines', '-e', '-q', ...format]),
    'pump-1 unit=C,line=1 46.7 0 0\npump-1 unit=C,line=1 46.8 1 0\n',
  )
})

test('kcat makes an empty value of -Z a tombstone and keeps it apart from an empty one', {
  skip,
}, async () => {
  await kcat(['-P', '-t', 'tombstones', '-K', ':', '-Z'], 'gone:\n')
  await kcat(['-P', '-t', 'tombstones', '-K', ':'], 'empty:\n')
  const lengths = await kcat(['-C', '-t', 'tombstones', '-e', '-q', '-f', '%k %S\\n'])
  assert.equal(lengths, 'gone -1\nempty 0\n')
})

test('kcat -L lists the broker under the address it was reached at', { skip }, async () => {
  const { brokers } = await kafka()
  await kcat(['-P', '-t', 'listed'], 'x\n')
  const metadata = JSON.parse(await kcat(['-L', '-J']))
  assert.equal(metadata.brokers.length, 1)
  assert.equal(metadata.brokers[0].name, brokers)
  const topic = metadata.topics.find((entry: { topic: string }) => entry.topic === 'listed')
  const id = metadata.brokers[0].id
  assert.deepEqual(topic.partitions, [
    { partition: 0, leader: id, replicas: [{ id }], isrs: [{ id }] },
  ])
})

test('kcat -Q finds the first record at or after a time, and the ends', { skip }, async () => {
  await kcat(['-P', '-t', 'timed'], 'one\ntwo\n')
  const stamps = await kcat(['-C', '-t', 'timed', '-e', '-q', '-f', '%T\\n'])
  const [first = ''] = stamps.split('\n')
  assert.match(await kcat(['-Q', '-t', `timed:0:${first}`]), /timed \[0\] offset 0/)
  assert.match(await kcat(['-Q', '-t', 'timed:0:-2']), /timed \[0\] offset 0/)
  assert.match(await kcat(['-Q', '-t', 'timed:0:-1']), /timed \[0\] offset 2/)
})

test('kcat writes and reads snappy, lz4, gzip and zstd', { skip }, async () => {
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
    await kcat(['-P', '-t', `in-${codec}`, '-z', codec], `${codec.repeat(500)}\n`)
    assert.equal(await kcat(['-C', '-t', `in-${codec}`, '-e', '-q']), `${codec.repeat(500)}\n`)
  }
})

test('kcat as a group member reads what is written while it waits', { skip }, async (t) => {
  const { brokers } = await kafka()
  await kcat(['-P', '-t', 'live'], 'before\n')
  const reader = startProgram(t, [
    ...['kcat', '-b', brokers, '-u', '-G', 'live-readers', '-X', 'auto.offset.reset=earliest'],
    'live',
  ])
  await reader.says('before\n')
  await kcat(['-P', '-t', 'live'], 'after\n')
  await reader.says('after\n')
  await reader.stop()
})

test('kcat carries on over a broker that is killed and comes back, and nothing is lost', {
  skip,
}, async (t) => {
  const broker = await startKafka(t)
  const write = (line: string) =>
    outputOf(['kcat', '-b', broker.brokers, '-P', '-t', 'restarted'], { input: `${line}\n` })
  await write('1')
  const reader = startProgram(t, [
    ...['kcat', '-b', broker.brokers, '-u', '-C', '-q', '-t', 'restarted', '-o', 'beginning'],
    ...['-E', '-X', 'reconnect.backoff.max.ms=200'],
  ])
  await reader.says('1\n')
  await broker.kill()
  await broker.start()
  await write('2')
  await reader.says('1\n2\n')
  await broker.stop()
  await broker.start()
  await write('3')
  await reader.says('1\n2\n3\n')
  await reader.stop()
})
