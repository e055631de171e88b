import { type Clock, pause } from '../base/clock.ts'
import type { KafkaClient } from '../client/index.ts'
import type { Record } from '../protocols/kafka/record-batch.ts'
import { graduationError } from './errors.ts'

export interface Stretch {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
}

export interface StreamOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How long nothing may come. */
export const patienceMs = 120_000

/** The records of a stretch in order, chunk by chunk; what was aborted is left out. */
export async function* readStretch(
  client: KafkaClient,
  { topic, partition, from, to }: Stretch,
  { clock, signal }: StreamOptions,
): AsyncGenerator<readonly Record[]> {
  if (from >= to) return
  let next = from
  let failure: unknown
  let changed = Promise.withResolvers<void>()
  let chunk: readonly Record[] | undefined
  /** The fetcher waits until its chunk has been taken. */
  let taken = Promise.withResolvers<void>()
  const fetcher = client.fetcher({
    committedOnly: true,
    reset: 'earliest',
    async onRecords(_topic, _partition, records) {
      chunk = records.filter(({ offset }) => offset < to)
      changed.resolve()
      await taken.promise
      taken = Promise.withResolvers()
    },
    onPosition(_topic, _partition, reached) {
      next = reached
      changed.resolve()
    },
    onError(error) {
      failure = error
      changed.resolve()
    },
  })
  try {
    fetcher.assign(topic, partition, from)
    while (next < to) {
      const waited = new AbortController()
      const stop = AbortSignal.any([signal, waited.signal])
      const late = pause(patienceMs, { clock, signal: stop }).then(() => true)
      const isLate = await Promise.race([changed.promise.then(() => false), late])
      waited.abort()
      signal.throwIfAborted()
      if (failure !== undefined) throw failure
      if (isLate) {
        const seconds = patienceMs / 1000
        throw graduationError('stalled', { topic, partition, next, end: to, seconds })
      }
      changed = Promise.withResolvers()
      if (chunk === undefined) continue
      const records = chunk
      chunk = undefined
      yield records
      taken.resolve()
    }
  } finally {
    taken.resolve()
    await fetcher.close()
  }
}
