/** What Kafka's command line tools of every version must be able to do with a broker. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { kafkaTool, type ToolsVersion } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, startProgram } from '../helpers/programs.ts'
import { shared, startKafka } from '../helpers/subject.ts'

/** On a busy machine; the tools wait for some seconds by default, and end with 0 where it was too long. */
const patienceMs = '60000'

/** Tools before 3.0 name the broker differently, and lack what still went to ZooKeeper. */
export function consoleToolsWork(version: ToolsVersion): void {
  const skip = withoutPeer('java', `kafka-tools-${version}`)
  const kafka = shared((owner) => startKafka(owner))
  const old = version === '2.1.1'
  const renamed = version.startsWith('4')
  const readerProperty = renamed ? '--reader-property' : '--property'
  const formatterProperty = renamed ? '--formatter-property' : '--property'
  const consumerProperty = renamed ? '--command-property' : '--consumer-property'
  const parseKeys = [readerProperty, 'parse.key=true', readerProperty, 'key.separator=:']

  async function address(): Promise<{ producing: string[]; consuming: string[] }> {
    const { brokers } = await kafka()
    const consuming = ['--bootstrap-server', brokers]
    return { consuming, producing: old ? ['--broker-list', brokers] : consuming }
  }

  async function produce(topic: string, lines: string[], ...more: string[]): Promise<void> {
    const { producing } = await address()
    await outputOf(kafkaTool(version, 'ConsoleProducer', ...producing, '--topic', topic, ...more), {
      input: `${lines.join('\n')}\n`,
    })
  }

  async function consume(topic: string, count: number, ...more: string[]): Promise<string[]> {
    const { consuming } = await address()
    const limit = ['--max-messages', String(count), '--timeout-ms', patienceMs]
    const command = kafkaTool(version, 'ConsoleConsumer', ...consuming, '--topic', topic, ...limit)
    return linesOf(await outputOf([...command, ...more]))
  }

  async function groups(...args: string[]): Promise<string> {
    const { consuming } = await address()
    const how = [...consuming, '--timeout', patienceMs]
    return await outputOf(kafkaTool(version, 'ConsumerGroupCommand', ...how, ...args))
  }

  test(`console tools ${version}: what is typed into the producer is printed by the consumer`, {
    skip,
  }, async () => {
    await produce('typed', ['hello', '', 'Grüße, 世界', 'last'])
    assert.deepEqual(await consume('typed', 4, '--from-beginning'), [
      'hello',
      '',
      'Grüße, 世界',
      'last',
    ])
  })

  test(`console tools ${version}: keys arrive with their values`, { skip }, async () => {
    await produce('keyed', ['pump-1:46.7', 'pump-2:12', 'pump-1:46.8'], ...parseKeys)
    const print = [formatterProperty, 'print.key=true', formatterProperty, 'key.separator=:']
    assert.deepEqual(await consume('keyed', 3, '--from-beginning', ...print), [
      'pump-1:46.7',
      'pump-2:12',
      'pump-1:46.8',
    ])
  })

  test(`console tools ${version}: every compression is stored and read back`, {
    skip,
  }, async () => {
    const codecs = ['gzip', 'snappy', 'lz4', ...(old ? [] : ['zstd'])]
    for (const codec of codecs) {
      await produce('compressed', [codec.repeat(200)], '--compression-codec', codec)
    }
    const read = await consume('compressed', codecs.length, '--from-beginning')
    assert.deepEqual(
      read,
      codecs.map((codec) => codec.repeat(200)),
    )
  })

  test(`console tools ${version}: a group goes on where it stopped, shows its lag, and can be reset`, {
    skip,
  }, async () => {
    const group = `readers-${version}`
    await produce('grouped', ['1', '2', '3', '4', '5'])
    const earliest = [consumerProperty, 'auto.offset.reset=earliest']
    assert.deepEqual(await consume('grouped', 2, '--group', group, ...earliest), ['1', '2'])
    assert.match(await groups('--list'), new RegExp(`^${group}$`, 'm'))
    assert.deepEqual(await offsetsOf(group), { current: '2', end: '5', lag: '3' })
    assert.deepEqual(await consume('grouped', 3, '--group', group), ['3', '4', '5'])
    assert.deepEqual(await offsetsOf(group), { current: '5', end: '5', lag: '0' })
    const reset = ['--reset-offsets', '--to-offset', '1', '--topic', 'grouped', '--execute']
    await groups('--group', group, ...reset)
    assert.deepEqual(await consume('grouped', 1, '--group', group), ['2'])
    await groups('--group', group, '--delete')
    assert.doesNotMatch(await groups('--list'), new RegExp(`^${group}$`, 'm'))
  })

  async function offsetsOf(group: string): Promise<Record<string, string | undefined>> {
    const said = await groups('--describe', '--group', group)
    const cells = linesOf(said).map((line) => line.trim().split(/\s+/))
    const titles = cells.find((row) => row.includes('CURRENT-OFFSET')) ?? []
    const row = cells.find((line) => line !== titles && line.includes('grouped')) ?? []
    const cell = (title: string) => row[titles.indexOf(title)]
    return {
      current: cell('CURRENT-OFFSET'),
      end: cell('LOG-END-OFFSET'),
      lag: cell('LAG'),
    }
  }

  test(`console tools ${version}: two consumers of a group share the partitions`, {
    skip,
  }, async (t) => {
    const { consuming } = await address()
    await createTopic('shared', 2)
    // Which partitions a member has is known before it has asked for their ends.
    const from = [...consuming, '--topic', 'shared', consumerProperty, 'auto.offset.reset=earliest']
    const member = () =>
      startProgram(t, kafkaTool(version, 'ConsoleConsumer', ...from, '--group', 'pair'))
    const members = [member(), member()]
    await eventually(
      'each member has one partition',
      async () => {
        const said = await groups('--describe', '--group', 'pair', '--members')
        const counts = linesOf(said).filter((line) => line.includes('/127.0.0.1'))
        return counts.length === 2 && counts.every((line) => /\s1\s*$/.test(line))
      },
      120_000,
    )
    const lines = Array.from({ length: 20 }, (_, index) => `key-${index}:value-${index}`)
    await produce('shared', lines, ...parseKeys)
    const heard = () => members.flatMap(({ stdout }) => linesOf(stdout)).length
    await eventually('all values were printed', () => heard() >= 20)
    assert.equal(heard(), 20)
    for (const { stdout } of members) assert.notEqual(stdout, '')
    for (const program of members) await program.stop()
  })

  async function createTopic(topic: string, partitions: number): Promise<void> {
    const { brokers } = await kafka()
    const newer = old ? '3.9.1' : version
    const how = ['--create', '--topic', topic, '--partitions', String(partitions)]
    await outputOf(kafkaTool(newer, 'TopicCommand', '--bootstrap-server', brokers, ...how))
  }

  test(`console tools ${version}: GetOffsetShell tells the first and the next offset`, {
    skip,
  }, async () => {
    const { brokers } = await kafka()
    await produce('counted', ['1', '2', '3'])
    const shell = async (time: string) => {
      const option = old ? '--broker-list' : '--bootstrap-server'
      const args = [option, brokers, '--topic', 'counted', '--time', time]
      return (await outputOf(kafkaTool(version, 'GetOffsetShell', ...args))).trim()
    }
    assert.equal(await shell('-2'), 'counted:0:0')
    assert.equal(await shell('-1'), 'counted:0:3')
  })

  test(`console tools ${version}: records can be deleted from the front`, { skip }, async (t) => {
    const { consuming } = await address()
    await produce('trimmed', ['1', '2', '3'])
    const offsets = { version: 1, partitions: [{ topic: 'trimmed', partition: 0, offset: 2 }] }
    const file = join(temporaryFolder(t), 'offsets.json')
    writeFileSync(file, JSON.stringify(offsets))
    const said = await outputOf(
      kafkaTool(version, 'DeleteRecordsCommand', ...consuming, '--offset-json-file', file),
    )
    assert.match(said, /trimmed-0.*low_watermark: 2/)
    assert.deepEqual(await consume('trimmed', 1, '--from-beginning'), ['3'])
  })
}

export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}
