import { relative } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { packageVersion } from '../../base/package-version.ts'
import { between, systemRandom } from '../../base/random.ts'
import { KafkaClient } from '../../client/index.ts'
import { MqttPublisher } from '../../client/mqtt/index.ts'
import { banner, formatAddress } from '../../platform/index.ts'
import { command, wholeNumber } from '../command.ts'
import { withLake } from '../demo/lake.ts'
import { pumps, pumpTopics, withFactory } from '../demo/pumps.ts'
import { ReadingsView } from '../demo/readings-view.ts'
import { cliError } from '../errors.ts'
import { runDevice } from '../sensor/device.ts'
import { printLine, type Terminal } from '../terminal.ts'
import { configOf, startWith, stopInTime, untilStopped, upOptions } from './up.ts'

const { 'dry-run': _, ...demoOptions } = upOptions

export const demo = command({
  options: {
    ...demoOptions,
    seed: {
      type: 'string',
      value: 'N',
      about: 'Repeats the readings of an earlier run.',
      example: '--seed 42',
    },
  },
  about:
    'The pumps publish over MQTT; what is shown is what a Kafka consumer reads. A pipeline makes Avro of\nthe readings, and the S3 sink adds a file of Parquet every ten seconds to leat-lake/ beside the data.\nRun it again, and it goes on with the same log.',
  examples: ['leat demo', 'leat demo --data /tmp/demo'],
  async run({ options, terminal }) {
    const { config, lake } = await withLake(withFactory(await configOf(options, terminal)))
    const seed = wholeNumber('seed', options.seed, between(systemRandom, 1, 2 ** 31))
    await using parts = new AsyncDisposableStack()
    const running = parts.use(await startWith(config, options, terminal))
    await printLine(terminal.stderr, banner(config, running, packageVersion()))
    if (lake !== undefined) await printLine(terminal.stderr, invitation(relative('', lake)))
    const [kafka, mqtt] = [running.kafka[0], running.mqtt[0]]
    if (kafka === undefined || mqtt === undefined) {
      throw cliError('failed', { problem: "The demonstration needs a part 'mqtt' in leat.yml." })
    }
    const failed = Promise.withResolvers<never>()
    parts.use(await showReadings(formatAddress(kafka), terminal, failed.reject))
    await startPumps(`tcp://${formatAddress(mqtt)}`, seed, terminal, parts, failed.reject)
    await Promise.race([untilStopped(terminal), failed.promise])
    await stopInTime(parts)
  },
})

function invitation(lake: string): string {
  const question = 'select device, metric, count(*), avg(value) from readings group by all'
  return `The lake: a file of Parquet every ten seconds in ${lake}. Ask it:\n  leat lake query --lake ${lake} "${question}"`
}

type Failed = (error: unknown) => void

/** Reads the topics of the pumps from now on, as any Kafka consumer would. */
async function showReadings(broker: string, { stdout, stderr }: Terminal, failed: Failed) {
  const client = new KafkaClient({ brokers: [broker], clientId: 'leat-demo' })
  const view = new ReadingsView(stdout, systemClock)
  const fetcher = client.fetcher({
    async onRecords(topic, _partition, records) {
      for (const { value, offset } of records) {
        await view.show(topic, value?.toString() ?? '', offset + 1n)
      }
    },
    onError: failed,
  })
  const topics = await client.topics(pumpTopics, { create: true })
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition, at: 'latest' as const })),
  )
  let total = 0n
  for (const { topic, partition, offset, error } of await client.offsets(places)) {
    if (error !== undefined) throw error
    fetcher.assign(topic, partition, offset)
    total += offset
  }
  await printLine(stderr, `The log has ${total} readings so far; the pumps add four a second.`)
  return client
}

async function startPumps(
  url: string,
  seed: number,
  { stopped }: Terminal,
  parts: AsyncDisposableStack,
  failed: Failed,
): Promise<void> {
  for (const [index, device] of pumps.entries()) {
    const clientId = `${device.machine}-${device.name}`
    const publisher = parts.use(await MqttPublisher.open({ url, clientId }))
    const publish = (topic: string, reading: string) => publisher.publish(topic, reading)
    const readings = { clock: systemClock, seed: seed + index * device.metrics.length, stopped }
    runDevice(device, { ...readings, publish }).catch((error: unknown) => {
      // A reading that is on its way when we stop is not acknowledged any more.
      if (!stopped.aborted) failed(error)
    })
  }
}
