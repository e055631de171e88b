import { Mailbox } from '../../../base/mailbox.ts'
import type { KafkaClient } from '../../kafka/client.ts'
import type { TopicInfo } from '../../kafka/cluster.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { IncomingMessage, Inlet, SeekTarget, Surroundings } from '../transport.ts'
import { asKafkaError } from './errors.ts'
import { incomingOf, mostWaiting } from './inlet.ts'
import { type Place, placesOf, positionsAt } from './places.ts'
import type { KafkaSpec } from './spec.ts'

interface Opening {
  readonly parameters: ServiceParameters
  readonly surroundings: Surroundings
  readonly spec: KafkaSpec
  readonly client: KafkaClient
  readonly topics: readonly TopicInfo[]
}

/** A reader without a group: all partitions, and positions that live as long as it does. */
export async function openAloneInlet(opening: Opening): Promise<Inlet> {
  const { client, surroundings, spec, parameters } = opening
  const { brokers } = parameters
  const inbox = new Mailbox<IncomingMessage>(mostWaiting, surroundings.clock)
  const positions = new Map<string, bigint>()
  let places = placesOf(opening.topics)
  /** Grows with each seek: what was fetched before it is not handed out any more. */
  let epoch = 0

  const fetcher = client.fetcher({
    maxWaitMs: spec.maxWaitMs,
    reset: spec.fromBeginning ? 'earliest' : 'latest',
    async onRecords(topic, partition, records) {
      const before = epoch
      for (const record of records) {
        if (epoch !== before || inbox.isClosed) return
        await inbox.put(incomingOf(topic, partition, record, {}))
        if (epoch === before) positions.set(`${topic}/${partition}`, record.offset + 1n)
      }
    },
    onError: (error) => inbox.fail(asKafkaError(error, brokers)),
  })

  async function begin(at: 'earliest' | 'latest' | bigint, from: readonly Place[]): Promise<void> {
    for (const { topic, partition, offset } of await positionsAt(client, at, from)) {
      positions.set(`${topic}/${partition}`, offset)
      fetcher.assign(topic, partition, offset)
    }
  }

  async function findNewPartitions(): Promise<void> {
    const known = new Set(places.map(({ topic, partition }) => `${topic}/${partition}`))
    const found = placesOf(await client.topics(parameters.topics))
    const added = found.filter(({ topic, partition }) => !known.has(`${topic}/${partition}`))
    // They were made while we read, so nothing of them may be missed.
    await begin('earliest', added)
    places = [...places, ...added]
  }

  const look = () => {
    timer = surroundings.clock.after(spec.metadataMaxAgeMs, () => {
      findNewPartitions()
        .catch((error) =>
          surroundings.logger.warn('Looking for new partitions failed; it is tried again', {
            why: asKafkaError(error, brokers).message,
          }),
        )
        .finally(() => {
          if (!inbox.isClosed) look()
        })
    })
  }
  let timer: { cancel(): void } | undefined

  await begin(spec.fromBeginning ? 'earliest' : 'latest', places).catch((error) => {
    throw asKafkaError(error, brokers)
  })
  look()

  return {
    inbox,
    async seek(target: SeekTarget) {
      epoch += 1
      inbox.clear()
      await begin(timeOf(target), places)
    },
    info: () => ({ bootstrap_servers: brokers, positions: Object.fromEntries(positions) }),
    async close() {
      timer?.cancel()
      inbox.close()
      await client.close()
    },
  }
}

export function timeOf(target: SeekTarget): 'earliest' | 'latest' | bigint {
  if (target instanceof Date) return BigInt(target.getTime())
  return target === 'beginning' ? 'earliest' : 'latest'
}
