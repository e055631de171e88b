import { isUtf8 } from 'node:buffer'
import { isTopicName, noProperties, type Properties } from '../../../protocols/mqtt/index.ts'
import { MqttClient, type PublishAnswer } from '../../mqtt/index.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { MessageHeader, OutgoingMessage, Outlet, Surroundings } from '../transport.ts'
import { asMqttError, mqttTransportError } from './errors.ts'
import { mqttSpecOf } from './spec.ts'

/** Resolves when the broker has accepted the connection. */
export async function openMqttOutlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Outlet> {
  const { qos, retain, version, client: options } = mqttSpecOf(parameters, surroundings)
  for (const topic of parameters.topics) {
    if (!isTopicName(topic)) throw mqttTransportError('mqtt-topic', { topic })
  }
  const client = await MqttClient.open(options).catch((error) => {
    throw asMqttError(error)
  })
  return {
    /** Resolves with the broker's PUBACK or PUBCOMP; with nothing at QoS 0. */
    async publish({ topic, bytes, headers, contentType }: OutgoingMessage): Promise<PublishAnswer> {
      const properties = propertiesOf(headers, contentType, version)
      try {
        return await client.publish({ topic, payload: bytes, qos, retain, properties })
      } catch (error) {
        throw asMqttError(error)
      }
    },
    info: () => ({ url: options.url }),
    close: () => client.close(),
  }
}

function propertiesOf(
  headers: OutgoingMessage['headers'] = [],
  contentType: string | undefined,
  version: number,
): Readonly<Properties> {
  if (headers.length > 0 && version !== 5) throw mqttTransportError('mqtt-headers', undefined)
  if (version !== 5 || (headers.length === 0 && contentType === undefined)) return noProperties
  return {
    ...(headers.length > 0 && { userProperties: headers.map(pairOf) }),
    ...(contentType !== undefined && { contentType }),
  }
}

function pairOf({ key, value }: MessageHeader): [string, string] {
  const bytes = Buffer.from(value)
  // What MQTT does not take as a string would end the connection.
  if (!isUtf8(bytes) || bytes.includes(0)) throw mqttTransportError('mqtt-header-text', { key })
  return [key, bytes.toString()]
}
