import { Mailbox } from '../../base/mailbox.ts'
import { type Delivery, MqttClient } from '../../client/mqtt/index.ts'
import {
  type SourceContext,
  type SourceRecord,
  type SourceTask,
  source,
  type ValuesOf,
} from '../../connect/kit/index.ts'
import { isTopicFilter, type Qos } from '../../protocols/mqtt/index.ts'
import { clientOptions, connectionOptions } from './connection.ts'

const options = {
  ...connectionOptions,
  'mqtt.topics': {
    type: 'list',
    about: 'What is subscribed to: topics, or filters with + and #.',
    importance: 'high',
    check: (filters: readonly string[]) => {
      const wrong = filters.find((filter) => !isTopicFilter(filter))
      if (filters.length > 0 && wrong === undefined) return undefined
      return 'write topics or filters such as plant/+/temperature'
    },
  },
  'kafka.topic': {
    type: 'string',
    default: 'mqtt',
    about: 'The topic that gets the messages.',
    importance: 'high',
  },
  'mqtt.clean.session.enabled': {
    type: 'boolean',
    default: 'true',
    about: 'Whether the broker forgets this client when it is away; if not, it keeps what comes.',
    importance: 'low',
  },
} as const

type Values = ValuesOf<typeof options>

export const mqttSource = source({
  kind: 'source',
  names: ['io.confluent.connect.mqtt.MqttSourceConnector'],
  version: '1',
  about: 'Takes the messages of an MQTT broker into a topic.',
  options,
  plan: async () => [{}],
  open: async (context) => await MqttSource.open(context),
})

/** How many messages wait for the topic; beyond it nothing is read from the broker. */
const mostWaiting = 1000
const mostAtOnce = 500
const waitMs = 500

/** QoS 1 is acknowledged when the message is in the log, not when it has come. */
class MqttSource implements SourceTask {
  readonly #context: SourceContext<Values>
  readonly #client: MqttClient
  readonly #waiting: Mailbox<Delivery>
  #polled: Delivery[] = []

  static async open(context: SourceContext<Values>): Promise<MqttSource> {
    const { values, clock } = context
    const waiting = new Mailbox<Delivery>(mostWaiting, clock)
    const qos = values['mqtt.qos'] as Qos
    const client = await MqttClient.open({
      ...(await clientOptions(context)),
      cleanStart: values['mqtt.clean.session.enabled'],
      subscriptions: values['mqtt.topics'].map((filter) => ({ filter, qos })),
      onDeliveries: async (deliveries) => await waiting.putAll(deliveries.map(kept)),
    })
    return new MqttSource(context, client, waiting)
  }

  private constructor(
    context: SourceContext<Values>,
    client: MqttClient,
    waiting: Mailbox<Delivery>,
  ) {
    this.#context = context
    this.#client = client
    this.#waiting = waiting
  }

  async poll(): Promise<readonly SourceRecord[]> {
    const polled: Delivery[] = []
    let next = await this.#waiting.take(waitMs)
    for (; next !== undefined; next = this.#waiting.poll()) {
      // Of QoS 2: whether the broker has left it to us.
      if ((await next.claim?.()) ?? true) polled.push(next)
      if (polled.length === mostAtOnce) break
    }
    this.#polled = polled
    return polled.map((delivery) => this.#recordOf(delivery))
  }

  async committed(): Promise<void> {
    for (const { done } of this.#polled) done?.()
    this.#polled = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting.close()
    await this.#client.close()
  }

  #recordOf({ packet }: Delivery): SourceRecord {
    const { values, clock } = this.#context
    const now = clock.now()
    const header = (key: string, type: 'int32' | 'boolean', value: number | boolean) => ({
      key: `mqtt.${key}`,
      schema: { type, optional: false },
      value,
    })
    return {
      ...{
        sourcePartition: { server: values['mqtt.server.uri'] },
        sourceOffset: { received: now },
      },
      ...{ topic: values['kafka.topic'], partition: undefined, timestamp: now },
      ...{ key: packet.topic, keySchema: { type: 'string', optional: false } },
      ...{ value: packet.payload, valueSchema: { type: 'bytes', optional: false } },
      headers: [
        header('message.id', 'int32', packet.packetId),
        header('qos', 'int32', packet.qos),
        header('retained', 'boolean', packet.retain),
        header('duplicate', 'boolean', packet.duplicate),
      ],
    }
  }
}

/** The payload is a view of what was received, and this one waits. */
function kept(delivery: Delivery): Delivery {
  const { packet } = delivery
  return { ...delivery, packet: { ...packet, payload: Buffer.from(packet.payload) } }
}
