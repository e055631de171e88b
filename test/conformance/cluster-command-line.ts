/** The promises of the command line on a cluster of others, command by command. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RunOptions, runCli } from '../../src/cli/testing/run-cli.ts'
import { clusterPeers } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import type { KafkaCluster } from '../helpers/kafka-cluster.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const python = 'confluent-kafka-2.16.1'
const transactions = join(import.meta.dirname, 'programs', 'confluent_transactions.py')
const json = ['-o', 'json']

/** On a cluster with an authorizer that lets everybody do everything. */
export function commandLineWorks(cluster: () => Promise<KafkaCluster>): void {
  const skip = withoutPeer(...clusterPeers)

  async function run(args: readonly string[], options: RunOptions = {}) {
    const environment = { LEAT_BROKERS: (await cluster()).brokers }
    return await runCli(args, { ...options, environment })
  }

  async function leat(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await run(args, options)
    assert.equal(code, 0, `leat ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /** What a broker was told, the others hear of a little later, and know nothing of it before. */
  async function becomes(args: readonly string[], isSo: (rows: Row[]) => boolean): Promise<Row[]> {
    let said = ''
    const what = () => `leat ${args.join(' ')} tells what was done, not ${said}`
    return await eventually(what, async () => {
      const { code, stdout, stderr } = await run([...args, ...json])
      said = stdout + stderr
      const rows = code === 0 ? (JSON.parse(stdout) as Row[]) : []
      return code === 0 && isSo(rows) ? rows : undefined
    })
  }

  test('on a cluster, leat topics makes, shows, configures and deletes topics', {
    skip,
  }, async () => {
    await leat(['topics', 'create', 'made', '-p', '3', '-c', 'retention.ms=60000'])
    await becomes(['topics', 'list'], (rows) => rows.some(({ topic }) => topic === 'made'))
    const partitions = await becomes(['topics', 'describe', 'made'], (rows) => rows.length === 3)
    assert.deepEqual(
      partitions.map(({ partition }) => partition),
      [0, 1, 2],
    )
    const change = ['topics', 'config', 'made', '-s', 'segment.bytes=1048576']
    const settings = JSON.parse(await leat([...change, ...json])) as Row[]
    const segment = settings.find(({ name }) => name === 'segment.bytes')
    assert.equal(segment?.value, '1048576')
    const retention = settings.find(({ name }) => name === 'retention.ms')
    assert.deepEqual([retention?.value, retention?.source], ['60000', 'topic'])
    await leat(['topics', 'delete', 'made'])
    await becomes(['topics', 'list'], (rows) => rows.every(({ topic }) => topic !== 'made'))
  })

  test('on a cluster, leat produces and consumes, alone and as a group, whose offsets it shows, moves and deletes', {
    skip,
  }, async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `${index % 7}:${index}`)
    await leat(['topics', 'create', 'lines', '-p', '3'])
    await becomes(['topics', 'list'], (rows) => rows.some(({ topic }) => topic === 'lines'))
    await leat(['produce', 'lines', '-k', ':'], { stdin: `${lines.join('\n')}\n` })
    const consumed = await leat(['consume', 'lines', '--offset', ':end', '-k', ':'])
    assert.deepEqual(consumed.trim().split('\n').sort(), lines.toSorted())
    const asGroup = ['consume', 'lines', '-g', 'readers', '--from-beginning', '-n', '300']
    assert.equal((await leat(asGroup)).trim().split('\n').length, 300)
    await becomes(['groups', 'list'], (rows) => rows.some(({ group }) => group === 'readers'))
    const lags = await becomes(['groups', 'describe', 'readers'], (rows) => rows.length === 3)
    assert.deepEqual(
      lags.map(({ lag }) => Number(lag)),
      [0, 0, 0],
    )
    await leat(['groups', 'reset', 'readers', '--to', 'start'])
    await becomes(['groups', 'describe', 'readers'], (rows) => {
      return rows.reduce((sum, { lag }) => sum + Number(lag), 0) === 300
    })
    await leat(['groups', 'delete', 'readers'])
    await becomes(['groups', 'list'], (rows) => rows.every(({ group }) => group !== 'readers'))
  })

  test('leat consume --offset :end comes to its end where transactions have written their markers', {
    skip: skip || withoutPeer(python),
  }, async () => {
    const { brokers } = await cluster()
    await leat(['topics', 'create', 'plans', '-p', '1'])
    await becomes(['topics', 'list'], (rows) => rows.some(({ topic }) => topic === 'plans'))
    const writing = [pythonOf(python), transactions, brokers, 'plans', 'planners']
    await outputOf(writing, { deadlineMs: 120_000 })
    const stopped = AbortSignal.timeout(120_000)
    const consumed = await leat(['consume', 'plans', '--offset', ':end'], { stopped })
    assert.equal(stopped.aborted, false, 'it waited for what never comes')
    const numbers = Array.from({ length: 50 }, (_, number) => `${number}`)
    assert.deepEqual(consumed.trim().split('\n'), numbers)
  })

  test('on a cluster, leat users, acls and quotas are set, shown and taken away', {
    skip,
  }, async () => {
    const { users, acls, quotas } = { users: ['users'], acls: ['acls'], quotas: ['quotas'] }
    await leat([...users, 'add', 'alice', '-m', 'SCRAM-SHA-512'], { stdin: 'a secret' })
    const [alice] = await becomes([...users, 'list'], (rows) => rows.length === 1)
    assert.deepEqual([alice?.user, alice?.mechanism], ['alice', 'SCRAM-SHA-512'])
    await leat([...users, 'remove', 'alice'])
    await becomes([...users, 'list'], (rows) => rows.length === 0)

    const what = ['--principal', 'alice', '--operation', 'Read', '-t', 'plant.']
    await leat([...acls, 'add', ...what, '--pattern', 'prefixed'])
    const matching = [...acls, 'list', '-t', 'plant.1', '--pattern', 'match']
    const [rule] = await becomes(matching, (rows) => rows.length === 1)
    assert.deepEqual([rule?.principal, rule?.operation], ['User:alice', 'Read'])
    await leat([...acls, 'remove', '--principal', 'alice'])
    await becomes([...acls, 'list'], (rows) => rows.length === 0)

    await leat([...quotas, 'set', '-u', 'alice', 'producer_byte_rate=1048576'])
    const [quota] = await becomes([...quotas, 'list'], (rows) => rows.length === 1)
    assert.deepEqual([quota?.user, quota?.quotas], ['alice', 'producer_byte_rate=1048576'])
    await leat([...quotas, 'remove', '-u', 'alice', 'producer_byte_rate'])
    await becomes([...quotas, 'list'], (rows) => rows.length === 0)
  })

  test('leat doctor goes the way to each broker of a cluster', { skip }, async () => {
    const { members } = await cluster()
    const addresses = members.map(({ brokers }) => brokers)
    const findings: Row[] = JSON.parse(await leat(['doctor', `${addresses[0]}`, ...json]))
    assert.ok(findings.every(({ result }) => result === 'ok'))
    const said = JSON.stringify(findings)
    for (const address of addresses) assert.ok(said.includes(address), `${address} in ${said}`)
  })
}

type Row = Readonly<Record<string, unknown>>
