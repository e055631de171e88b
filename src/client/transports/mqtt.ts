/**
 * Services of type `mqtt`: the consistency is the QoS.
 *
 * AT_LEAST_ONCE acknowledges a message when it has been dealt with, EXACTLY_ONCE hands it out when
 * the broker has confirmed that it will not send it again. What comes while a reader is away is kept
 * by the broker for those with a `client_id` and `clean_session: false`.
 */
import { Mailbox } from '../../base/mailbox.ts'
import type { PublishPacket } from '../../protocols/mqtt/index.ts'
import { type Delivery, MqttClient } from '../mqtt/index.ts'
import { asMqttError, mqttTransportError } from './mqtt-errors.ts'
import { mqttSpecOf, specKeys } from './mqtt-spec.ts'
import type { IncomingMessage, MessageHeader, OutgoingMessage, Transport } from './transport.ts'

/** So many messages may wait for the reader; then nothing more is read from the broker. */
const mostWaiting = 1000

export const mqtt: Transport = {
  type: 'mqtt',
  specKeys,

  async openInlet(parameters, surroundings) {
    const { qos, client: options } = mqttSpecOf(parameters, surroundings)
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
      ...options,
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
  },

  async openOutlet(parameters, surroundings) {
    const { qos, retain, version, client: options } = mqttSpecOf(parameters, surroundings)
    const client = await MqttClient.open(options).catch((error) => {
      throw asMqttError(error)
    })
    return {
      async publish({ topic, bytes, headers }: OutgoingMessage) {
        if (headers !== undefined && version !== 5)
          throw mqttTransportError('mqtt-headers', undefined)
        try {
          const properties = headers === undefined ? {} : { userProperties: headers.map(pairOf) }
          await client.publish({ topic, payload: bytes, qos, retain, properties })
        } catch (error) {
          throw asMqttError(error)
        }
      },
      info: () => ({ url: options.url }),
      close: () => client.close(),
    }
  },
}

function incomingOf({ packet, claim, done }: Delivery): IncomingMessage {
  return {
    topic: packet.topic,
    bytes: packet.payload,
    timestampUs: 0,
    headers: packet.properties.userProperties?.map(headerOf),
    raw: packet satisfies PublishPacket,
    ...(claim === undefined ? {} : { claim }),
    ...(done === undefined ? {} : { done }),
  }
}

function pairOf({ key, value }: MessageHeader): [string, string] {
  return [key, Buffer.from(value).toString()]
}

function headerOf([key, value]: readonly [string, string]): MessageHeader {
  return { key, value: Buffer.from(value) }
}
