/** A leat before an Apache Kafka: what a start changes, and what is there beside the files. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf, runProgram, startProgram } from '../helpers/programs.ts'

const deadlineMs = 90_000

test('before an Apache Kafka a dry run tells what a start does, and diff what others made there', {
  skip: withoutPeer(...apacheKafkaPeers),
  timeout: 4 * deadlineMs,
}, async (t) => {
  const folder = temporaryFolder(t)
  const kafka = await newApacheKafka(t)
  const brokers = kafka.brokers?.join() ?? ''
  // Who declares connectors before a cluster is known by this address.
  const [port] = await freePorts(1)
  const lines = { 'connector.class': 'FileStreamSink', topics: 'lines', file: '/dev/null' }
  const write = (connectors: Record<string, Record<string, string>>) =>
    writeFileSync(
      join(folder, 'leat.yml'),
      stringify({ kafka, connect: { bind: `127.0.0.1:${port}`, connectors } }),
    )
  const leat = (...args: string[]) => [...leatCommand, ...args, '-f', folder]
  const plan = () => outputOf(leat('up', '--dry-run'), { cwd: folder, deadlineMs })
  const up = async (last: RegExp) => {
    const program = startProgram(t, leat('up'), { cwd: folder })
    await program.says(last, deadlineMs)
    return program
  }
  const topic = ['topics', 'create', 'lines', '-b', brokers]
  await outputOf([...leatCommand, ...topic], { deadlineMs })

  write({ one: lines })
  assert.match(await plan(), /^\+ connector one starts: .*topics lines/m)
  const first = await up(/\+ connector one starts/)
  await eventually('nothing changes any more', async () => (await plan()) === '', deadlineMs)
  await first.stop()

  write({ two: lines })
  assert.equal(
    await plan(),
    '+ connector two starts: connector.class FileStreamSink, topics lines, file /dev/null\n- connector one stops\n',
  )
  const second = await up(/- connector one stops/)
  await eventually('nothing changes any more', async () => (await plan()) === '', deadlineMs)
  await outputOf([...leatCommand, 'topics', 'create', 'extra', '-b', brokers])
  // The broker hears of a topic a little later than its controller.
  const { exitCode, stdout } = await eventually(
    'something is told',
    async () => {
      const told = await runProgram(leat('diff'), { deadlineMs })
      return told.stdout === '' ? undefined : told
    },
    deadlineMs,
  )
  assert.equal(stdout, '? topic extra is not in the files, and stays: partitions 1\n')
  assert.equal(exitCode, 1)
  await second.stop()
})
