/** How a connector does: what its tasks have done, on whichever workers, and how far a sink is behind. */
import { ofThisWorker, type WorkerCalls } from './cluster/worker-calls.ts'
import type { ConnectorState, Connectors, ConnectorType, TaskState } from './connectors.ts'
import type { ConnectorOffsets, PartitionLag } from './offsets.ts'
import type { TaskFigures } from './running/task-meter.ts'

export interface ConnectorFigures {
  readonly name: string
  readonly type: ConnectorType
  readonly state: string
  /** Without figures where no worker runs it, or its worker does not answer. */
  readonly tasks: readonly TaskState[]
  /** Of all tasks together, since each was begun. */
  readonly total: Totals
  /** Of a sink: the records of its topics that it has not committed, whether it runs or not. */
  readonly lag?: number
  readonly partitions?: readonly PartitionLag[]
}

interface FigureSources {
  readonly connectors: Connectors
  readonly offsets: ConnectorOffsets
  readonly calls: WorkerCalls
}

type Totals = Readonly<Record<(typeof summed)[number], number>>

const summed = [
  ...['read', 'written', 'failed', 'retries', 'bytes'],
  ...['recordsPerSecond', 'bytesPerSecond'],
] as const satisfies readonly (keyof TaskFigures)[]

/** A worker that takes longer to say how its tasks do is left out. */
const longestAnswerMs = 2000

/** Throws 'not-found'. */
export async function figuresOf(
  connector: string,
  { connectors, offsets, calls }: FigureSources,
): Promise<ConnectorFigures> {
  const { name, type, connector: whole, tasks: known } = connectors.state(connector)
  const [tasks, partitions] = await Promise.all([
    withFigures(name, known, calls),
    type === 'sink' ? offsets.lag(name) : undefined,
  ])
  return {
    ...{ name, type, state: whole.state, tasks, total: totalOf(tasks) },
    ...(partitions && {
      lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
      partitions,
    }),
  }
}

/** Each worker knows the figures of what it runs itself. */
async function withFigures(
  name: string,
  tasks: readonly TaskState[],
  calls: WorkerCalls,
): Promise<TaskState[]> {
  const elsewhere = tasks.filter(({ figures }) => figures === undefined)
  const workers = new Set(elsewhere.map((task) => task.worker_id))
  const answers = await Promise.all(Array.from(workers, (worker) => askWorker(name, worker, calls)))
  const told = new Map(answers.flat().map(({ id, figures }) => [id, figures]))
  return tasks.map((task) => {
    const figures = task.figures ?? told.get(task.id)
    return figures === undefined ? task : { ...task, figures }
  })
}

async function askWorker(
  name: string,
  worker: string,
  calls: WorkerCalls,
): Promise<readonly TaskState[]> {
  try {
    const path = `/connectors/${encodeURIComponent(name)}/status`
    const url = new URL(path, `${calls.scheme}://${worker}`)
    const how = { method: 'GET', as: ofThisWorker, timeoutMs: longestAnswerMs }
    const { status, text } = await calls.ask(url, how)
    return status === 200 ? (JSON.parse(text) as ConnectorState).tasks : []
  } catch {
    // It may be gone; its tasks will be on another worker soon.
    return []
  }
}

function totalOf(tasks: readonly TaskState[]): Totals {
  const sums = summed.map((name) => [
    name,
    tasks.reduce((sum, { figures }) => sum + (figures?.[name] ?? 0), 0),
  ])
  return Object.fromEntries(sums) as Totals
}
