/** The names of a Camel route's objects, listed and got by s3cmd as its tutorial does. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/testing/manual-clock.ts'
import { s3Sink } from '../../src/connectors/s3/sink.ts'
import { openSinkTask, sinkRecord } from '../helpers/connector-tasks.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { type S3Server, startS3 } from '../helpers/s3.ts'

const skip = withoutPeer('versitygw', 'lake-readers')

test('s3cmd lists objects of ten lines, named by the date as Java prints it, and gets them', {
  skip,
}, async (t) => {
  const s3 = await startS3(t)
  const clock = new ManualClock(Date.UTC(2020, 7, 8, 12, 34, 56))
  const config = {
    ...{ ...s3.config, 'format.class': 'ByteArrayFormat', 'flush.size': '10' },
    'object.name.format': 'manuela-temperature-{date}.txt',
  }
  await using task = await openSinkTask(s3Sink, config, 'to-lake', clock)
  const lines = Array.from({ length: 25 }, (_, offset) => `floor-1,machine-1,4${offset}.5`)
  for (const [offset, value] of lines.entries()) {
    await task.put([sinkRecord({ offset, value })])
    clock.advance(1_000)
  }
  const s3cmd = await s3cmdFor(t, s3)
  const listed = await s3cmd('ls', 's3://lake/')
  const urls = listed.split('\n').flatMap((row) => row.match(/s3:.*/) ?? [])
  assert.deepEqual(urls, [
    's3://lake/manuela-temperature-Sat Aug 08 12:34:56 UTC 2020.txt',
    's3://lake/manuela-temperature-Sat Aug 08 12:35:06 UTC 2020.txt',
  ])
  const file = join(temporaryFolder(t), 'got.txt')
  for (const [index, url] of urls.entries()) {
    await s3cmd('get', '--force', url, file)
    const ten = lines.slice(index * 10, (index + 1) * 10)
    assert.equal(readFileSync(file, 'utf8'), ten.map((line) => `${line}\n`).join(''))
  }
})

test('the same without its faults: names of their own, and what is fewer than ten lines comes too', {
  skip,
}, async (t) => {
  const s3 = await startS3(t)
  const clock = new ManualClock(Date.UTC(2020, 7, 8, 12, 34, 56))
  const config = {
    ...{ ...s3.config, 'format.class': 'ByteArrayFormat', 'flush.size': '10' },
    'object.name.format': 'manuela-temperature-{time}-{partition}-{offset}.txt',
    'rotate.schedule.interval.ms': '60000',
  }
  await using task = await openSinkTask(s3Sink, config, 'to-lake', clock)
  const lines = Array.from({ length: 25 }, (_, offset) => `floor-1,machine-1,4${offset}.5`)
  // All within a second.
  const timestamp = clock.now()
  const records = lines.map((value, offset) => ({ ...sinkRecord({ offset, value }), timestamp }))
  await task.put(records)
  clock.advance(60_000)
  assert.deepEqual(await task.settled?.(), [{ topic: 'Readings', partition: 0, next: 25n }])
  const s3cmd = await s3cmdFor(t, s3)
  const names = (await s3cmd('ls', 's3://lake/')).match(/manuela-.*/g) ?? []
  assert.deepEqual(
    names,
    ['00', '10', '20'].map((at) => `manuela-temperature-20200808T123456Z-0-00000000${at}.txt`),
  )
  const folder = temporaryFolder(t)
  for (const name of names) await s3cmd('get', `s3://lake/${name}`, join(folder, name))
  const got = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('')
  assert.equal(got, lines.map((line) => `${line}\n`).join(''))
})

async function s3cmdFor(owner: Owner, { config, port }: S3Server) {
  const host = `127.0.0.1:${port}`
  const program = join(peersHome, 'lake-readers', 'bin', 's3cmd')
  const keys = [
    `--access_key=${config['aws.access.key.id']}`,
    `--secret_key=${config['aws.secret.access.key']}`,
  ]
  const home = { HOME: temporaryFolder(owner) }
  const place = ['--no-ssl', `--host=${host}`, '--host-bucket=s3://lake/', '--no-progress']
  return async (...command: string[]) =>
    await outputOf([program, ...keys, ...place, ...command], { env: home })
}
