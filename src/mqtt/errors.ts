import { catalogue, isError, LeatError } from '../base/errors.ts'
import { type ReasonCode, reasonCode } from '../protocols/mqtt/index.ts'

/** What can go wrong at the MQTT door without anybody having made a mistake in our code. */
export const mqttError = catalogue({
  'topic-cannot-be-mapped': {
    says: ({ topic, why }: { topic: string; why: string }) =>
      `The MQTT topic '${topic}' has no Kafka topic: ${why}.`,
  },
  'too-many-topics': {
    says: ({ topic, limit }: { topic: string; limit: number }) =>
      `The Kafka topic '${topic}' is not created for a publish, because there are already ${limit} topics. Route many MQTT topics to one Kafka topic, or raise the limit 'topics'.`,
  },
  'topic-not-available': {
    says: ({ topic }: { topic: string }) =>
      `The Kafka topic '${topic}' does not exist and could not be created in time.`,
    retriable: true,
  },
  'too-many-retained': {
    says: ({ topic }: { topic: string }) =>
      `The message for '${topic}' is not retained, because the limit of retained messages is reached.`,
  },
  'session-over': { says: () => 'The session ended before the message was written.' },
  'session-elsewhere': {
    says: ({ name }: { name: string }) =>
      `The session '${name}' is at another MQTT door by now, because its client came there.`,
  },
  'log-not-ready': {
    says: () => 'The log behind the MQTT door did not answer in time.',
    retriable: true,
  },
  'payload-does-not-fit': {
    says: ({ topic, subject, why }: { topic: string; subject: string; why: string }) =>
      `The payload for '${topic}' does not fit the schema of '${subject}': ${why}`,
  },
  'wrong-schema-language': {
    says: ({ subject, wanted, found }: { subject: string; wanted: string; found: string }) =>
      `The latest schema of '${subject}' is ${found}, and the route says ${wanted}; write 'format: ${found.toLowerCase()}', or register another.`,
  },
  'no-schema-registry': {
    says: ({ subject }: { subject: string }) =>
      `A route has the schema of '${subject}', and there is no schema registry; name one in leat.yml ('registry:').`,
  },
  'not-allowed': {
    says: ({ what, name }: { what: string; name: string }) => `You may not ${what} '${name}'.`,
  },
  'wrong-route': {
    says: ({ from, why }: { from: string; why: string }) => `The route from '${from}' ${why}.`,
  },
})

/** The reason code that a client is told for a failure behind the door. */
export function reasonOf(error: unknown): ReasonCode {
  if (isError(error, 'not-allowed')) return reasonCode.notAuthorized
  if (isError(error, 'topic-cannot-be-mapped')) return reasonCode.topicNameInvalid
  if (isError(error, 'too-many-topics') || isError(error, 'too-many-retained')) {
    return reasonCode.quotaExceeded
  }
  if (isError(error, 'payload-does-not-fit') || isError(error, 'invalid-record')) {
    return reasonCode.payloadFormatInvalid
  }
  return error instanceof LeatError
    ? reasonCode.implementationSpecificError
    : reasonCode.unspecifiedError
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
