import type { KafkaClient, Producer } from '../../client/index.ts'
import { connectError, sentenceOf, traceOf } from '../errors.ts'
import type { RecordOrigin } from '../kit/index.ts'
import type { SinkSettings } from '../options/settings.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import type { Failure } from './error-policy.ts'

/** The headers that tell what was wrong begin so; the rest is Kafka Connect's. */
const contextPrefix = '__connect.errors.'

export interface DeadLettersOptions {
  readonly client: KafkaClient
  readonly connector: string
  readonly task: number
  readonly settings: SinkSettings
  readonly config: ConnectorConfig
}

/** The topic of a sink's records that could not be taken: each as it was read. */
export class DeadLetters implements AsyncDisposable {
  readonly #options: DeadLettersOptions
  readonly #producer: Producer

  private constructor(options: DeadLettersOptions) {
    this.#options = options
    this.#producer = options.client.producer()
  }

  /** Makes the topic where it is absent; undefined where none is named. */
  static async open(options: DeadLettersOptions): Promise<DeadLetters | undefined> {
    const topic = options.settings['errors.deadletterqueue.topic.name']
    if (topic === '') return undefined
    await makeTopic(topic, options)
    return new DeadLetters(options)
  }

  /** Resolves when the record is acknowledged. */
  async add(origin: RecordOrigin, failure: Failure): Promise<void> {
    const { settings } = this.#options
    const withContext = settings['errors.deadletterqueue.context.headers.enable']
    await this.#producer.send({
      topic: settings['errors.deadletterqueue.topic.name'],
      key: origin.key,
      value: origin.value,
      headers: withContext
        ? [...origin.headers, ...this.#context(origin, failure)]
        : origin.headers,
      ...(origin.timestamp >= 0n && { timestamp: origin.timestamp }),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer.close()
  }

  #context({ topic, partition, offset }: RecordOrigin, { stage, executing, error }: Failure) {
    const { connector, task } = this.#options
    const facts = {
      topic,
      partition: `${partition}`,
      offset: `${offset}`,
      'connector.name': connector,
      'task.id': `${task}`,
      stage,
      'class.name': executing,
      'exception.class.name': error instanceof Error ? error.name : typeof error,
      'exception.message': sentenceOf(error),
      'exception.stacktrace': traceOf(error),
    }
    return Object.entries(facts).map(([name, value]) => ({
      key: `${contextPrefix}${name}`,
      value: Buffer.from(value),
    }))
  }
}

const factorName = 'errors.deadletterqueue.topic.replication.factor'

/** The factor counts only where the user gave it: Kafka Connect's own default is more than leat has. */
async function makeTopic(topic: string, { client, settings, config }: DeadLettersOptions) {
  const [known] = await client.topics([topic])
  if (known !== undefined && known.error === undefined) return
  const isGiven = Object.hasOwn(config, factorName)
  const [made] = await client.createTopics([
    { name: topic, partitions: 1, ...(isGiven && { replicationFactor: settings[factorName] }) },
  ])
  const error = made?.error
  if (error === undefined || error.code === 'topic-already-exists') return
  const why = `the topic for dead letters '${topic}' cannot be made: ${error.message}`
  throw connectError('bad-request', { why }, { cause: error })
}
