import type { WorkerCalls } from '../cluster/worker-calls.ts'
import type { Connectors } from '../connectors.ts'
import type { Herder } from '../herder.ts'
import type { Question } from '../kit/index.ts'
import type { Level, Loggers } from '../loggers.ts'
import type { ConnectorOffsets } from '../offsets.ts'
import type { Plugins } from '../plugins.ts'
import type { PreviewedRecord } from '../running/preview.ts'

/** What the routes answer from; there once the worker has read its state and joined its group. */
export interface RouteServices {
  readonly connectors: Connectors
  readonly offsets: ConnectorOffsets
  readonly herder: Herder
  /** How other workers of the group are asked. */
  readonly calls: WorkerCalls
  readonly plugins: Plugins
  readonly clusterId: string
  readonly loggers: Loggers
  /** The first records of a sink's topics as it would get them. */
  readonly preview: (connector: string, most: number) => Promise<readonly PreviewedRecord[]>
  /** What a connector tells of its work. */
  readonly report: (connector: string, question: Question) => Promise<unknown>
  /** On every worker of the group. */
  readonly setLoggerOfAll: (logger: string, level: Level) => Promise<void>
}
