import { isError } from '../../../base/errors.ts'
import { Mailbox } from '../../../base/mailbox.ts'
import type { KafkaClient } from '../../kafka/client.ts'
import { isRetriable } from '../../kafka/errors.ts'
import { backOffMs, pause } from '../../kafka/retry.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { IncomingMessage, Inlet, SeekTarget, Surroundings } from '../transport.ts'
import { Committer } from './committer.ts'
import { asKafkaError, kafkaTransportError } from './errors.ts'
import { incomingOf, mostWaiting } from './inlet.ts'
import { timeOf } from './inlet-alone.ts'
import { positionsAt } from './places.ts'
import type { KafkaSpec } from './spec.ts'

interface Opening {
  readonly parameters: ServiceParameters
  readonly surroundings: Surroundings
  readonly spec: KafkaSpec
  readonly client: KafkaClient
  readonly group: string
}

/** The partition belongs to somebody else by now, or soon will. */
const lostCodes = [
  'rebalance-in-progress',
  'illegal-generation',
  'unknown-member-id',
  'fenced-instance-id',
]

/** A member of a group; it has its first partitions when this resolves. */
export async function openGroupInlet(opening: Opening): Promise<Inlet> {
  const { client, surroundings, spec, parameters, group } = opening
  const { brokers, consistency, topics } = parameters
  const { clock, random, logger } = surroundings
  const inbox = new Mailbox<IncomingMessage>(mostWaiting, clock)
  const assigned = Promise.withResolvers<void>()
  const closing = new AbortController()
  let positions = new Map<string, bigint>()
  /** Grows whenever what was fetched before is not to be handed out any more. */
  let epoch = 0

  const committer = new Committer(surroundings, (topic, partition, next) =>
    consumer.commit(topic, partition, next),
  )

  /** Tries until the broker has it; false where the partition is no longer ours. */
  async function commitNow(topic: string, partition: number, next: bigint, at: number) {
    for (let failures = 0; epoch === at; failures++) {
      try {
        await consumer.commit(topic, partition, next)
        return true
      } catch (error) {
        if (lostCodes.some((code) => isError(error, code))) return false
        if (!isRetriable(error) || closing.signal.aborted) throw asKafkaError(error, brokers)
        await pause(backOffMs(failures, random), { clock, signal: closing.signal })
      }
    }
    return false
  }

  const consumer = client.consumer({
    group,
    topics,
    fromBeginning: spec.fromBeginning,
    sessionTimeoutMs: spec.sessionTimeoutMs,
    heartbeatMs: spec.heartbeatMs,
    maxWaitMs: spec.maxWaitMs,
    commitsHandled: false,
    async onAssigned(given) {
      positions = new Map(given)
      // A reader that dies before its first commit shall go on from here, not from a later end.
      for (const [place, next] of given) {
        const at = place.lastIndexOf('/')
        await consumer.commit(place.slice(0, at), Number(place.slice(at + 1)), next)
      }
      assigned.resolve()
    },
    async onRevoked() {
      epoch += 1
      if (consistency !== 'AT_MOST_ONCE') inbox.clear()
      await committer.flush()
      committer.forget()
    },
    async onRecords(topic, partition, records) {
      const before = epoch
      const last = records.at(-1)
      if (consistency === 'AT_MOST_ONCE' && last !== undefined) {
        if (!(await commitNow(topic, partition, last.offset + 1n, before))) return
      }
      for (const record of records) {
        if (epoch !== before || inbox.isClosed) return
        const next = record.offset + 1n
        const promises =
          consistency === 'AT_LEAST_ONCE'
            ? { done: committer.handOut(topic, partition, record.offset) }
            : consistency === 'EXACTLY_ONCE'
              ? { claim: () => commitNow(topic, partition, next, before) }
              : {}
        await inbox.put(incomingOf(topic, partition, record, promises))
        positions.set(`${topic}/${partition}`, next)
      }
    },
  })

  consumer.run().catch((error) => {
    const failure = asKafkaError(error, brokers)
    assigned.reject(failure)
    inbox.fail(failure)
  })
  const timeout = clock.after(spec.requestTimeoutMs + spec.sessionTimeoutMs, () => {
    const why = `group '${group}' gave this reader no place in time`
    assigned.reject(kafkaTransportError('kafka-unreachable', { brokers: brokers.join(','), why }))
  })
  await assigned.promise.finally(() => timeout.cancel())
  logger.debug('A reader has joined its group', { group, positions: Object.fromEntries(positions) })

  return {
    inbox,
    async seek(target: SeekTarget) {
      const places = Array.from(positions.keys(), (place) => {
        const at = place.lastIndexOf('/')
        return { topic: place.slice(0, at), partition: Number(place.slice(at + 1)) }
      })
      if (places.length === 0) throw kafkaTransportError('kafka-unassigned', { group })
      epoch += 1
      inbox.clear()
      await committer.flush()
      committer.forget()
      for (const { topic, partition, offset } of await positionsAt(
        client,
        timeOf(target),
        places,
      )) {
        positions.set(`${topic}/${partition}`, offset)
        consumer.seek(topic, partition, offset)
      }
    },
    info: () => ({
      bootstrap_servers: brokers,
      group_id: group,
      positions: Object.fromEntries(positions),
    }),
    async close() {
      inbox.close()
      await consumer.close()
      closing.abort()
      await client.close()
    },
  }
}
