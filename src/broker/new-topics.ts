/** The rules about partitions and replicas of topics that are asked for. */
import { errorCode } from '../protocols/kafka/error-codes.ts'
import type { Services } from './handler.ts'
import type { KafkaError } from './kafka-errors.ts'

interface Wanted {
  readonly name: string
  readonly numPartitions: number
  readonly replicationFactor: number
  readonly assignments: readonly { partitionIndex: number; brokerIds: readonly number[] }[]
}

/** -1 leaves it to the broker, as Kafka's clients do since 2.4. */
const byTheBroker = -1

const toldOf = new WeakSet<Services>()

/** How many partitions are asked for; undefined is the broker's default. */
export function partitionsOf(
  { numPartitions, assignments }: Wanted,
  { settings }: Services,
): number {
  if (assignments.length > 0) return assignments.length
  return numPartitions === byTheBroker ? settings.number('num.partitions') : numPartitions
}

/** Why the replicas that are asked for cannot be had; undefined where they can. */
export function replicationProblem(wanted: Wanted, broker: Services): KafkaError | undefined {
  const { numPartitions, replicationFactor, assignments } = wanted
  if (assignments.length > 0) {
    if (numPartitions !== byTheBroker || replicationFactor !== byTheBroker) {
      const errorMessage = 'Give either assignments, or a number of partitions and replicas.'
      return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
    }
    return assignmentProblem(
      assignments.map(({ brokerIds }) => brokerIds),
      assignments.map(({ partitionIndex }) => partitionIndex),
      broker,
    )
  }
  if (replicationFactor === 0 || replicationFactor < byTheBroker) {
    const errorMessage = 'The replication factor must be larger than 0.'
    return { errorCode: errorCode.INVALID_REPLICATION_FACTOR, errorMessage }
  }
  return factorProblem(replicationFactor, broker)
}

/** Partitions that are assigned to brokers: there is one broker, and each partition has one replica. */
export function assignmentProblem(
  replicas: readonly (readonly number[])[],
  partitions: readonly number[],
  broker: Services,
): KafkaError | undefined {
  const isDense = [...partitions].sort((a, b) => a - b).every((index, at) => index === at)
  const nodeId = broker.settings.number('node.id')
  const isHere = replicas.every((ids) => ids.length === 1 && ids[0] === nodeId)
  if (isDense && isHere) return undefined
  return {
    errorCode: errorCode.INVALID_REPLICA_ASSIGNMENT,
    errorMessage: `Partitions are assigned from 0 on without a gap, each to broker ${nodeId} alone.`,
  }
}

function factorProblem(replicationFactor: number, broker: Services): KafkaError | undefined {
  if (replicationFactor <= 1) return undefined
  if (broker.settings.text('kafka.replication') === 'strict') {
    return {
      errorCode: errorCode.INVALID_REPLICATION_FACTOR,
      errorMessage: `Replication factor ${replicationFactor} is larger than the number of brokers, which is 1.`,
    }
  }
  if (!toldOf.has(broker)) {
    toldOf.add(broker)
    broker.logger.warn(
      'A topic asked for more than one replica; one is kept. Set kafka.replication to strict to refuse such topics.',
      { replicationFactor },
    )
  }
  return undefined
}
