import { catalogue } from '../../base/errors.ts'

export const mqttClientError = catalogue({
  'mqtt-unreachable': {
    says: ({ url, why }: { url: string; why: string }) =>
      `No MQTT broker answers at ${url} (${why}); is it running, and is the address right?`,
    retriable: true,
  },
  'mqtt-refused': {
    says: ({ url, code }: { url: string; code: number }) =>
      `The MQTT broker at ${url} refused the connection with code ${code}${meaning(code)}.`,
  },
  'mqtt-url': {
    says: ({ url }: { url: string }) =>
      `'${url}' is no address of an MQTT broker; write one such as tcp://127.0.0.1:1883 or ws://broker:80.`,
  },
  'mqtt-publish-refused': {
    says: ({ topic, code }: { topic: string; code: number }) =>
      `The MQTT broker refused a message for '${topic}' with reason code 0x${code.toString(16)}.`,
  },
  'mqtt-publish-beyond': {
    says: ({ topic, why }: { topic: string; why: string }) =>
      `A message for '${topic}' is more than the MQTT broker takes: ${why}.`,
  },
  'mqtt-subscribe-refused': {
    says: ({ filter, code }: { filter: string; code: number }) =>
      `The MQTT broker refused the subscription to '${filter}' with code 0x${code.toString(16)}.`,
  },
  'mqtt-closed': {
    says: () => 'The MQTT connection was closed before the message was acknowledged.',
  },
})

/** The return codes of MQTT 3.1.1, table 3.1. */
function meaning(code: number): string {
  const meanings: Record<number, string> = {
    1: ': it does not speak MQTT 3.1.1',
    2: ': the client id is not allowed',
    3: ': it is not available, try again later',
    4: ': the user name or password is wrong',
    5: ': this user may not connect',
  }
  return meanings[code] ?? ''
}
