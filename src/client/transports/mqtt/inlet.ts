import { Mailbox } from '../../../base/mailbox.ts'
import { isTopicFilter, type Properties } from '../../../protocols/mqtt/index.ts'
import { type Delivery, MqttClient, type MqttClientOptions } from '../../mqtt/index.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { IncomingMessage, Inlet, MessageHeader, Surroundings } from '../transport.ts'
import { asMqttError, mqttTransportError } from './errors.ts'
import { mqttSpecOf } from './spec.ts'

/** So many messages may wait for the reader; then nothing more is read from the broker. */
const mostWaiting = 1000

/** Resolves when the broker has confirmed the subscriptions. */
export async function openMqttInlet(
  parameters: ServiceParameters,
  surroundings: Surroundings,
): Promise<Inlet> {
  const { qos, version, client: options } = mqttSpecOf(parameters, surroundings)
  for (const topic of parameters.topics) {
    if (!isTopicFilter(topic)) throw mqttTransportError('mqtt-filter', { topic })
  }
  const { logger, clock } = surroundings
  const inbox = new Mailbox<IncomingMessage>(mostWaiting, clock)
  const keep = (deliveries: readonly Delivery[]) => inbox.putAll(deliveries.map(incomingOf))
  // A broker that is not read from cannot confirm, so at QoS 2 reading goes on: the limit of
  // unconfirmed messages holds it back, and what it sends at QoS 0 beyond ours is let go.
  const keepConfirmed = (deliveries: readonly Delivery[]) => {
    const kept = deliveries.filter(({ packet }) => packet.qos > 0 || inbox.size < mostWaiting)
    const letGo = deliveries.length - kept.length
    if (letGo > 0) logger.warn('The reader is slow; messages of QoS 0 are let go', { letGo })
    void keep(kept)
  }
  const client = await MqttClient.open({
    ...(version === 5 ? withReceiveMaximum(options) : options),
    subscriptions: parameters.topics.map((filter) => ({ filter, qos })),
    onDeliveries: qos === 2 ? keepConfirmed : keep,
  }).catch((error) => {
    throw asMqttError(error)
  })
  return {
    inbox,
    info: () => ({ url: options.url }),
    async close() {
      inbox.close()
      await client.close()
    },
  }
}

function withReceiveMaximum(options: MqttClientOptions): MqttClientOptions {
  return { ...options, properties: { receiveMaximum: mostWaiting, ...options.properties } }
}

function incomingOf({ packet, claim, done }: Delivery): IncomingMessage {
  return {
    topic: packet.topic,
    bytes: packet.payload,
    timestampUs: 0,
    headers: packet.properties.userProperties?.map(headerOf),
    contentType: packet.properties.contentType ?? kafkasContentType(packet.properties),
    raw: packet,
    ...(claim === undefined ? {} : { claim }),
    ...(done === undefined ? {} : { done }),
  }
}

/** Of a record that leat's MQTT door hands on as it is. */
function kafkasContentType({ userProperties }: Properties): string | undefined {
  return userProperties?.find(([name]) => name === 'content-type')?.[1]
}

function headerOf([key, value]: readonly [string, string]): MessageHeader {
  return { key, value: Buffer.from(value) }
}
