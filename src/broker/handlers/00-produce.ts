import type { Logger } from '../../base/logger.ts'
import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { type Context, handler, noResponse } from '../handler.ts'
import { admit } from '../incoming.ts'
import { kafkaError } from '../kafka-errors.ts'
import { Refusal } from '../refusal.ts'
import { type Confirmed, OpenQuestions } from '../schema-gate.ts'
import { offsetsTopic, type Topic } from '../topics.ts'

type Request = MessageOf<typeof Produce.request>
type PartitionData = Request['topicData'][number]['partitionData'][number]
type PartitionResponse = ReturnType<typeof refuse>
interface TopicResponse {
  readonly name: string
  readonly topicId: Buffer
  readonly partitionResponses: PartitionResponse[]
}
/** What the log has taken, and the promise that it is on disk, which many may share. */
type Waits = Map<PartitionResponse, Promise<void>>

const acksNone = 0
const acksLeader = 1
const acksAll = -1
const firstVersionWithTopicIds = 13

/**
 * Writes records into the log at once, in the order of the requests of a connection, and answers
 * when they are on disk. The bytes of the request are not looked at after the log's burst: records
 * whose schemas must be asked about are copied, and the requests behind them wait.
 */
export const produce = handler(
  Produce,
  (request, context) => {
    const { quotas } = context.broker
    context.throttle(quotas.record('producer_byte_rate', context, context.sizeBytes))
    const waits: Waits = new Map()
    const late: Promise<void>[] = []
    const mayBeTransactional = isAllowedTransaction(request, context)
    const requestProblem = requestRefusal(request)
    const responses = request.topicData.map(({ name, topicId, partitionData }) => {
      const topic =
        context.version < firstVersionWithTopicIds
          ? context.broker.topics.get(name)
          : context.broker.topics.byId(topicId.toString('base64url'))
      const refusal = mayBeTransactional
        ? (topicRefusal(topic?.name ?? name, context) ?? requestProblem)
        : transactionNotAllowed
      const partitionResponses: PartitionResponse[] = []
      partitionData.forEach((data, place) => {
        const appended =
          refusal === undefined ? append(topic, data, context, waits) : refuse(data.index, refusal)
        if (!(appended instanceof Promise)) partitionResponses[place] = appended
        else {
          const settle = (response: PartitionResponse) => {
            partitionResponses[place] = response
          }
          late.push(appended.then(settle))
        }
      })
      return { name, topicId, partitionResponses }
    })
    const answer = () => whenDurable(request, responses, waits, context)
    if (late.length === 0) return answer()
    for (const wait of waits.values()) wait.catch(() => {}) // It may fail before anybody awaits it.
    return Promise.all(late).then(answer)
  },
  { immediate: true },
)

function whenDurable(
  { acks }: Request,
  responses: TopicResponse[],
  waits: Waits,
  { broker }: Context,
) {
  const promises = new Set(waits.values())
  if (acks === acksNone) {
    for (const promise of promises) promise.catch(() => {}) // The log has told what failed.
    return noResponse
  }
  if (promises.size === 0) return { responses }
  const settled = promises.size === 1 ? first(promises) : Promise.all(promises)
  return settled.then(
    () => ({ responses }),
    async () => ({ responses: await withdraw(responses, waits, broker.logger) }),
  )
}

const topicNotAllowed = new Refusal(errorCode.TOPIC_AUTHORIZATION_FAILED)
const transactionNotAllowed = new Refusal(errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)

function isAllowedTransaction({ transactionalId }: Request, context: Context): boolean {
  return transactionalId === null || context.allows('Write', 'TransactionalId', transactionalId)
}

/** A topic of an unknown id has no name that could be asked about. */
function topicRefusal(name: string, context: Context): Refusal | undefined {
  return name === '' || context.allows('Write', 'Topic', name) ? undefined : topicNotAllowed
}

function requestRefusal({ acks, transactionalId }: Request): Refusal | undefined {
  if (acks !== acksNone && acks !== acksLeader && acks !== acksAll) {
    return new Refusal(errorCode.INVALID_REQUIRED_ACKS, `acks is ${acks}; it can be 0, 1 or -1.`)
  }
  if (transactionalId !== null) {
    return new Refusal(errorCode.INVALID_TXN_STATE, 'leat has no transactions.')
  }
  return undefined
}

/** A promise where the schemas of the records must be asked about first. */
function append(
  topic: Topic | undefined,
  data: PartitionData,
  context: Context,
  waits: Waits,
  confirmed?: Confirmed,
): PartitionResponse | Promise<PartitionResponse> {
  const { index, records } = data
  const { broker, version } = context
  const partition = topic?.partitions[index]
  if (topic === undefined || partition === undefined) {
    const unknownId = topic === undefined && version >= firstVersionWithTopicIds
    return refuse(
      index,
      new Refusal(unknownId ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION),
    )
  }
  if (topic.name === offsetsTopic) {
    return refuse(
      index,
      new Refusal(errorCode.INVALID_TOPIC_EXCEPTION, `Topic '${topic.name}' is the broker's own.`),
    )
  }
  try {
    const nowMs = broker.clock.now()
    const door = { version, nowMs, schemaGate: broker.schemaGate, confirmed }
    const incoming = admit(records, topic, door)
    if (incoming instanceof Refusal) return refuse(index, incoming)
    if (incoming instanceof OpenQuestions) {
      return appendOnceAnswered(incoming, topic, data, context, waits)
    }
    const { baseOffset, durable } = partition.append(incoming.batches, incoming.headers)
    const response = {
      index,
      errorCode: errorCode.NONE,
      baseOffset,
      logAppendTimeMs: topic.settings.timestampType === 'LogAppendTime' ? BigInt(nowMs) : -1n,
      logStartOffset: partition.startOffset,
      recordErrors: [],
      errorMessage: null,
    }
    waits.set(response, durable)
    return response
  } catch (error) {
    const { errorCode, errorMessage } = kafkaError(error, broker.logger)
    return refuse(index, new Refusal(errorCode, errorMessage))
  }
}

async function appendOnceAnswered(
  questions: OpenQuestions,
  topic: Topic,
  data: PartitionData,
  context: Context,
  waits: Waits,
): Promise<PartitionResponse> {
  context.hold()
  const kept = { ...data, records: Buffer.from(data.records ?? []) }
  const answer = await context.broker.schemaGate.ask(questions)
  return answer instanceof Refusal
    ? refuse(data.index, answer)
    : await append(topic, kept, context, waits, answer)
}

function refuse(index: number, refusal: Refusal) {
  return {
    index,
    errorCode: refusal.errorCode,
    baseOffset: -1n,
    logAppendTimeMs: -1n,
    logStartOffset: -1n,
    recordErrors: [...refusal.recordErrors],
    errorMessage: refusal.errorMessage,
  }
}

/** What could not be written or synced is not acknowledged; the rest is what it was. */
async function withdraw(
  responses: readonly TopicResponse[],
  waits: Waits,
  logger: Logger,
): Promise<TopicResponse[]> {
  const refusals = new Map<PartitionResponse, PartitionResponse>()
  for (const [response, durable] of waits) {
    await durable.catch((error) => {
      const { errorCode, errorMessage } = kafkaError(error, logger)
      refusals.set(response, refuse(response.index, new Refusal(errorCode, errorMessage)))
    })
  }
  return responses.map((topic) => ({
    ...topic,
    partitionResponses: topic.partitionResponses.map((one) => refusals.get(one) ?? one),
  }))
}

function first<Item>(items: Set<Item>): Item {
  return items.values().next().value as Item
}
