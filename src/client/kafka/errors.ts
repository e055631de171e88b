import { catalogue, LeatError } from '../../base/errors.ts'
import { describeErrorCode, errorCode } from '../../protocols/kafka/error-codes.ts'

export const clientError = catalogue({
  'broker-address-invalid': {
    says: ({ address }: { address: string }) =>
      `'${address}' is no address of a Kafka broker; write HOST:PORT, such as 127.0.0.1:9092 or [::1]:9092.`,
  },
  'broker-unreachable': {
    says: ({ address, why }: { address: string; why: string }) =>
      `No Kafka broker answers at ${address} (${why}); is it running, and is the address right?`,
    retriable: true,
  },
  'broker-unknown': {
    says: ({ broker }: { broker: number }) =>
      `The cluster has no broker ${broker} at the moment, so there is nobody to ask.`,
    retriable: true,
  },
  'connection-lost': {
    says: ({ address, why }: { address: string; why: string }) =>
      `The connection to the Kafka broker ${address} was lost before it answered: ${why}.`,
    retriable: true,
  },
  'request-timed-out': {
    says: ({ address, request, ms }: { address: string; request: string; ms: number }) =>
      `The Kafka broker ${address} did not answer ${request} within ${ms} ms.`,
    retriable: true,
  },
  'too-many-requests': {
    says: ({ address, limit }: { address: string; limit: number }) =>
      `${limit} requests wait for the Kafka broker ${address}; wait for some before asking more.`,
    retriable: true,
  },
  'no-common-version': {
    says: ({ name, address }: { name: string; address: string }) =>
      `The Kafka broker ${address} answers ${name} in no version that this client knows; it needs Apache Kafka 2.1 or newer, or leat.`,
  },
  'delivery-timed-out': {
    says: ({ topic, ms, why }: { topic: string; ms: number; why: string }) =>
      `A record for topic '${topic}' was not acknowledged within ${ms} ms: ${why}`,
  },
  'buffer-full': {
    says: ({ limit }: { limit: number }) =>
      `The producer's buffer is full and ${limit} sends already wait for room; await send() instead of calling it without end.`,
    retriable: true,
  },
  'record-too-large': {
    says: ({ bytes, limit }: { bytes: number; limit: number }) =>
      `A record of ${bytes} bytes is larger than the producer's whole buffer of ${limit}; raise maxBufferedBytes.`,
  },
  'partition-unknown': {
    says: ({ topic, partition, count }: { topic: string; partition: number; count: number }) =>
      `Topic '${topic}' has ${count} partitions; partition ${partition} is not one of them.`,
  },
  'client-closed': { says: () => 'The Kafka client was closed before this was done.' },
  'batch-damaged': {
    says: ({ topic, partition, why }: { topic: string; partition: number; why: string }) =>
      `What the broker keeps in partition ${partition} of topic '${topic}' cannot be read: ${why}.`,
  },
})

/**
 * What a broker answered, as an error: its code is Kafka's name in lower case with hyphens
 * (`offset-out-of-range`), its facts hold the number. `about` may be the broker's own sentence.
 */
export function answeredError(kafkaCode: number, about: string): LeatError {
  const { name, message, retriable } = describeErrorCode(kafkaCode)
  const says = about.endsWith('.') ? `${about} (${name})` : `${about}: ${message}`
  return new LeatError(nameOf(name), says, { facts: { kafkaCode }, retriable })
}

/** Throws what a broker answered, unless it is that all is well. */
export function checkAnswer(kafkaCode: number, about: string): void {
  if (kafkaCode !== errorCode.NONE) throw answeredError(kafkaCode, about)
}

/** Any failure as one that can be handed to a caller. */
export function asLeatError(error: unknown): LeatError {
  if (error instanceof LeatError) return error
  return new LeatError('unexpected', error instanceof Error ? error.message : String(error), {
    cause: error,
  })
}

function nameOf(kafkaName: string): string {
  return kafkaName.toLowerCase().replaceAll('_', '-')
}
