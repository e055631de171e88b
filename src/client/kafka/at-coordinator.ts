import { isError, LeatError } from '../../base/errors.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Cluster } from './cluster.ts'
import type { Connection } from './connection.ts'
import { checkAnswer } from './errors.ts'
import { type Patience, retrying } from './retry.ts'

/** What is answered while the coordinator of a group is being found, has moved, or reads its state. */
const passingCodes: ReadonlySet<unknown> = new Set([
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
  errorCode.NOT_COORDINATOR,
])

/** What a broker answers while it begins to coordinate. */
const beginning: ReadonlySet<unknown> = new Set([
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
])

/** Asks a broker; where it is only beginning to coordinate groups, once more a little later. */
export async function atBroker<Answer>(
  broker: number,
  cluster: Cluster,
  patience: Patience & { readonly withinMs: number },
  ask: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  const once = async () => {
    const answer = await ask(await cluster.broker(broker))
    const code = codesIn(answer).find((one) => beginning.has(one))
    if (code !== undefined) checkAnswer(code, `The groups of broker ${broker}`)
    return answer
  }
  const passes = (error: unknown) => beginning.has(kafkaCodeOf(error))
  return await retrying(patience.withinMs, patience, once, passes)
}

/** Asks the coordinator of a group; where the cluster is not ready to answer, once more a little later. */
export async function atCoordinator<Answer>(
  group: string,
  cluster: Cluster,
  patience: Patience & { readonly withinMs: number },
  ask: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  const asked = async () => {
    try {
      return await ask(await cluster.broker(await cluster.coordinator(group)))
    } catch (error) {
      cluster.forgetCoordinator(group)
      throw error
    }
  }
  const once = async () => {
    const answer = await asked()
    const code = codesIn(answer).find((one) => passingCodes.has(one))
    if (code === undefined) return answer
    cluster.forgetCoordinator(group)
    checkAnswer(code, `The coordinator of group '${group}'`)
    return answer
  }
  return await retrying(patience.withinMs, patience, once, isPassing)
}

/** Nobody was asked yet, or said no more than that somebody else is to be asked. */
function isPassing(error: unknown): boolean {
  if (isError(error, 'broker-unreachable') || isError(error, 'broker-unknown')) return true
  return passingCodes.has(kafkaCodeOf(error))
}

function kafkaCodeOf(error: unknown): unknown {
  return error instanceof LeatError ? Object(error.facts).kafkaCode : undefined
}

/** The error codes of an answer, wherever they stand. */
function codesIn(answer: unknown): number[] {
  if (typeof answer !== 'object' || answer === null || Buffer.isBuffer(answer)) return []
  return Object.entries(answer).flatMap(([name, value]) =>
    name === 'errorCode' ? [value as number] : codesIn(value),
  )
}
