/**
 * What workers tell each other through the group's coordinator. It is our own (`leat`), beside Kafka
 * Connect's in the same protocol type, so that the two never share a group at the same time.
 */
import type { GroupProtocol, MemberMetadata } from '../../client/index.ts'
import { type JsonObject, objectIn } from '../state/json.ts'
import { shareOut } from './share-out.ts'

/** Of a worker, as it joins. */
interface WorkerState {
  /** Of its REST door. */
  readonly url: string
  /** How far it has read the configurations. */
  readonly offset: string
  readonly connectors: readonly string[]
  readonly tasks: readonly string[]
}

/** What a worker is to run, as the leader decided. */
export interface Assignment {
  readonly leaderUrl: string
  /** How far the configurations must be read to know all of these. */
  readonly offset: bigint
  readonly connectors: readonly string[]
  /** As `NAME-NUMBER`. */
  readonly tasks: readonly string[]
  /** Something is stopped on one worker to be begun on another: those that stop it join again. */
  readonly inTransit: readonly string[]
}

export interface WorkerFacts {
  readonly url: string
  /** What this worker knows and runs at the moment. */
  readonly state: () => Omit<Assignment, 'leaderUrl' | 'inTransit'>
  /** All that is to run, once the configurations are read up to there. */
  readonly wanted: (offset: bigint) => Promise<{ connectors: string[]; tasks: string[] }>
}

export class WorkerProtocol implements GroupProtocol {
  readonly type = 'connect'
  readonly name = 'leat'
  readonly #facts: WorkerFacts

  constructor(facts: WorkerFacts) {
    this.#facts = facts
  }

  readonly metadata = (): Buffer => {
    const { offset, ...runs } = this.#facts.state()
    return encode({ url: this.#facts.url, offset: `${offset}`, ...runs } satisfies WorkerState)
  }

  readonly assign = async (members: readonly MemberMetadata[]): Promise<Map<string, Buffer>> => {
    const workers = members.map(({ memberId, metadata }) => ({
      id: memberId,
      state: workerState(objectIn(metadata) ?? {}),
    }))
    const offset = workers
      .map(({ state }) => BigInt(state.offset))
      .reduce((one, other) => (one > other ? one : other), 0n)
    const wanted = await this.#facts.wanted(offset)
    const share = (kind: 'connectors' | 'tasks') => {
      const loads = workers.map(({ id, state }) => ({ id, running: state[kind] }))
      return shareOut(wanted[kind], loads)
    }
    const [connectors, tasks] = [share('connectors'), share('tasks')]
    const said = {
      leaderUrl: this.#facts.url,
      offset: `${this.#facts.state().offset}`,
      inTransit: [...connectors.inTransit, ...tasks.inTransit],
    }
    return new Map(
      workers.map(({ id }) => [
        id,
        encode({ ...said, connectors: connectors.of.get(id) ?? [], tasks: tasks.of.get(id) ?? [] }),
      ]),
    )
  }
}

export function assignmentIn(bytes: Buffer): Assignment {
  const said = objectIn(bytes) ?? {}
  return {
    leaderUrl: String(said.leaderUrl ?? ''),
    offset: BigInt(String(said.offset ?? 0)),
    connectors: names(said.connectors),
    tasks: names(said.tasks),
    inTransit: names(said.inTransit),
  }
}

function workerState(said: JsonObject): WorkerState {
  return {
    url: String(said.url ?? ''),
    offset: String(said.offset ?? 0),
    connectors: names(said.connectors),
    tasks: names(said.tasks),
  }
}

function names(said: unknown): string[] {
  return Array.isArray(said) ? said.map(String) : []
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
