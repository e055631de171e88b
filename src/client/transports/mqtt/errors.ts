import { LeatError } from '../../../base/errors.ts'
import { sinetCatalogue } from '../../../formats/sinetstream/index.ts'

export const mqttTransportError = sinetCatalogue({
  'mqtt-unreachable': {
    kind: 'ConnectionError',
    says: ({ why }: { why: string }) => why,
    retriable: true,
  },
  'mqtt-not-authorized': {
    kind: 'AuthorizationError',
    says: ({ why }: { why: string }) => `The MQTT broker does not allow it: ${why}`,
  },
  'mqtt-failed': { kind: 'SinetError', says: ({ why }: { why: string }) => why },
  'mqtt-topic': {
    kind: 'InvalidArgumentError',
    says: ({ topic }: { topic: string }) =>
      `'${topic}' cannot be published to; a topic is some text without + and #.`,
  },
  'mqtt-filter': {
    kind: 'InvalidArgumentError',
    says: ({ topic }: { topic: string }) =>
      `'${topic}' cannot be read; + stands for a whole level of a topic, # for all that follow.`,
  },
  'mqtt-beyond': { kind: 'InvalidArgumentError', says: ({ why }: { why: string }) => why },
  'mqtt-headers': {
    kind: 'InvalidArgumentError',
    says: () => "Only MQTT 5 has headers (user properties); set 'protocol: MQTTv5'.",
  },
  'mqtt-header-text': {
    kind: 'InvalidArgumentError',
    says: ({ key }: { key: string }) =>
      `The header '${key}' is not UTF-8 text; MQTT's user properties are nothing else.`,
  },
})

/** Bad user name or password, not authorized: of MQTT 3.1.1 and of 5. */
const unauthorizedCodes = [0x04, 0x05, 0x86, 0x87]

/** Any failure of the MQTT client, as the kind of error that SINETStream's programs catch. */
export function asMqttError(error: unknown): LeatError {
  const why = error instanceof Error ? error.message : String(error)
  const cause = { cause: error }
  if (!(error instanceof LeatError)) return mqttTransportError('mqtt-failed', { why }, cause)
  const code = (error.facts as { code?: number } | undefined)?.code
  // Before MQTT 5 a broker has one code for all that it does not grant.
  const isRefusedBefore5 = error.code === 'mqtt-subscribe-refused' && code === 0x80
  if (isRefusedBefore5 || (code !== undefined && unauthorizedCodes.includes(code))) {
    return mqttTransportError('mqtt-not-authorized', { why }, cause)
  }
  if (error.code === 'mqtt-publish-beyond') return mqttTransportError('mqtt-beyond', { why }, cause)
  if (error.retriable || error.code === 'mqtt-refused') {
    return mqttTransportError('mqtt-unreachable', { why }, cause)
  }
  return mqttTransportError('mqtt-failed', { why }, cause)
}
