import { atMost } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import { MqttClient } from '../../client/mqtt/index.ts'
import {
  BadRecordError,
  RetriableError,
  type SinkContext,
  type SinkRecord,
  type SinkTask,
  sink,
  type ValuesOf,
} from '../../connect/kit/index.ts'
import { isTopicName, type Qos } from '../../protocols/mqtt/index.ts'
import { clientOptions, connectionOptions } from './connection.ts'

/** What stands for the Kafka topic and for the record's key. */
const topicToken = `\${topic}`
const keyToken = `\${key}`

const options = {
  ...connectionOptions,
  'mqtt.topic': {
    type: 'string',
    default: topicToken,
    about: `The MQTT topic; ${topicToken} is the Kafka topic, ${keyToken} the key.`,
    importance: 'high',
  },
  'mqtt.retained.enabled': {
    type: 'boolean',
    default: 'false',
    about: 'Whether the broker keeps the last message of a topic for later subscribers.',
    importance: 'medium',
  },
  'mqtt.publish.timeout.ms': {
    type: 'long',
    default: '30000',
    least: 100,
    about: 'How long the broker may take to acknowledge a batch of records.',
    importance: 'low',
  },
} as const

type Values = ValuesOf<typeof options>

export const mqttSink = sink({
  kind: 'sink',
  names: ['io.confluent.connect.mqtt.MqttSinkConnector'],
  version: '1',
  about: 'Publishes records at an MQTT broker.',
  options,
  open: async (context) => new MqttSink(context, await connect(context)),
})

class MqttSink implements SinkTask {
  readonly #context: SinkContext<Values>
  /** None after the broker did not answer, until it is needed again. */
  #client: MqttClient | undefined

  constructor(context: SinkContext<Values>, client: MqttClient) {
    this.#context = context
    this.#client = client
  }

  /** In the order of the records; resolves when the broker has acknowledged all of them. */
  async put(records: readonly SinkRecord[]): Promise<void> {
    const { values, clock } = this.#context
    const messages = records.map((record) => messageOf(record, values))
    this.#client ??= await connect(this.#context)
    const client = this.#client
    const published = Promise.all(messages.map((message) => client.publish(message)))
    if (!(await atMost(clock, values['mqtt.publish.timeout.ms'], published))) {
      // What waits in the old client must not be sent beside the next attempt.
      published.catch(() => {})
      this.#client = undefined
      void client.close()
      throw new RetriableError(`${values['mqtt.server.uri']} does not acknowledge`)
    }
    await published.catch((error) => {
      throw told(error)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.close()
  }
}

async function connect(context: SinkContext<Values>): Promise<MqttClient> {
  try {
    return await MqttClient.open(await clientOptions(context))
  } catch (error) {
    throw isError(error, 'mqtt-unreachable')
      ? new RetriableError(error.message, { cause: error })
      : error
  }
}

function told(error: unknown): unknown {
  const isOfRecord = isError(error, 'mqtt-publish-refused') || isError(error, 'mqtt-publish-beyond')
  return isOfRecord ? new BadRecordError(error.message, { cause: error }) : error
}

function messageOf(record: SinkRecord, values: Values) {
  const { key, value } = record
  const topic = values['mqtt.topic']
    .replaceAll(topicToken, () => record.topic)
    .replaceAll(keyToken, () => textOf(key))
  if (!isTopicName(topic)) throw new BadRecordError(`'${topic}' is no MQTT topic: see mqtt.topic`)
  const retain = values['mqtt.retained.enabled']
  return { topic, payload: payloadOf(value), qos: values['mqtt.qos'] as Qos, retain }
}

function textOf(key: unknown): string {
  if (typeof key === 'string') return key
  if (Buffer.isBuffer(key)) return key.toString('utf8')
  throw new BadRecordError('mqtt.topic names the key, and a record has none that is a text')
}

/** Without a value the message is empty, which takes back one that the broker keeps. */
function payloadOf(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.alloc(0)
  if (Buffer.isBuffer(value)) return value
  if (typeof value === 'string') return Buffer.from(value)
  throw new BadRecordError(
    'the value of a record is neither bytes nor a text: set value.converter to a ByteArrayConverter or a StringConverter',
  )
}
