import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { KafkaClient } from '../../client/index.ts'
import type { Options, ValuesOf } from './options.ts'
import type {
  OffsetJson,
  SinkRecord,
  SourceRecord,
  TopicPartition,
  TopicPosition,
} from './record.ts'

/** What both kinds of connectors say of themselves. */
interface PluginFacts<Of extends Options> {
  /** What `connector.class` may say; the first is the one that is shown. */
  readonly names: readonly [string, ...string[]]
  readonly version: string
  readonly about: string
  readonly options: Of
  /**
   * What no single option can know of itself: sentences by option. It may look at the world outside
   * (does the table exist?), within a few seconds.
   */
  readonly check?: (values: ValuesOf<Of>) => Promise<OptionErrors> | OptionErrors
}

export type OptionErrors = Readonly<Record<string, readonly string[]>>

export interface SinkPlugin<Of extends Options = Options> extends PluginFacts<Of> {
  readonly kind: 'sink'
  /** Connects; throws where that fails. Heavy libraries are imported here and not before. */
  readonly open: (context: SinkContext<ValuesOf<Of>>) => Promise<SinkTask>
}

export interface SourcePlugin<Of extends Options = Options> extends PluginFacts<Of> {
  readonly kind: 'source'
  /** Shares the work among at most so many tasks: for each what its `open` needs to know besides. */
  readonly plan: (
    values: ValuesOf<Of>,
    mostTasks: number,
    context: PlanContext,
  ) => Promise<readonly TaskShare[]>
  /**
   * Names of what a task must have for itself: where a plan gives it to another one, that one begins
   * when this one has ended.
   */
  readonly aloneWith?: (share: TaskShare) => readonly string[]
  readonly open: (context: SourceContext<ValuesOf<Of>>) => Promise<SourceTask>
  /** What is wrong with an offset that somebody wants to store for a source partition, as a sentence. */
  readonly wrongOffset?: (offset: OffsetJson, partition: OffsetJson) => string | undefined
  /**
   * What it tells of its work when somebody asks, as JSON, whether it runs or not: it looks at both
   * ends and changes nothing. What is asked for stands in `question`, by names of its own.
   */
  readonly report?: (
    values: ValuesOf<Of>,
    question: Question,
    context: ReportContext,
  ) => Promise<unknown>
}

/** What somebody wants to know: the parameters of the address that was asked. */
export type Question = Readonly<Record<string, string>>

/** A plugin as lists have it: it alone knows what its values are. */
export type Plugin = Listed<SinkPlugin<never>> | Listed<SourcePlugin<never>>

type Listed<Of> = Omit<Of, 'options'> & { readonly options: Options }

/** Kept in the config topic as the task's configuration, hence texts. */
export type TaskShare = Readonly<Record<string, string>>

/** Another way to a Kafka than the worker's own. */
export interface KafkaWay {
  /** Absent, the worker's own cluster, with all that it needs to get in. */
  readonly brokers?: readonly string[] | undefined
  /** Kafka's own keys of a client: `security.protocol`, `ssl.*`, `sasl.*`. */
  readonly security?: Readonly<Record<string, string | undefined>>
}

export interface TaskContext<Values> {
  readonly connector: string
  readonly task: number
  readonly values: Values
  /** For connectors between topics; whoever asks closes what it gets. */
  readonly kafka: (way: KafkaWay) => KafkaClient
  readonly logger: Logger
  readonly clock: Clock
  /** Aborts when the task is to stop. */
  readonly signal: AbortSignal
}

export type SinkContext<Values> = TaskContext<Values>

/** Where reading goes on, for each asked partition; undefined where nothing was stored. */
type AskOffsets = (
  partitions: readonly OffsetJson[],
) => Promise<readonly (OffsetJson | undefined)[]>

export interface SourceContext<Values> extends TaskContext<Values> {
  readonly share: TaskShare
  readonly offsets: AskOffsets
  /** Whether no other worker can have been given the task: who writes by itself asks before. */
  readonly isOurs: () => boolean
}

export interface ReportContext extends Pick<TaskContext<never>, 'kafka' | 'logger' | 'clock'> {
  readonly offsets: AskOffsets
  /** Aborts when nobody waits for the answer any longer. */
  readonly signal: AbortSignal
}

/** A plan may watch the system while the connector runs, and ask to be made anew (a table came). */
export interface PlanContext {
  /** See `TaskContext`. */
  readonly kafka: (way: KafkaWay) => KafkaClient
  readonly logger: Logger
  readonly clock: Clock
  /** Aborts when the connector stops or is configured anew. */
  readonly signal: AbortSignal
  readonly planAgain: () => void
  /** What was planned last: whoever can goes on with the same. */
  readonly before: readonly TaskShare[]
}

/** One task of a sink; a single call is under way at a time. */
export interface SinkTask extends AsyncDisposable {
  /**
   * These partitions are ours from now on. A sink that keeps positions in its own system returns
   * them: reading begins there and not at what the group has committed.
   */
  assigned?(partitions: readonly TopicPartition[]): Promise<readonly TopicPosition[]>
  /** These are others' as soon as it resolves; called after a last `settled`. */
  revoked?(partitions: readonly TopicPartition[]): Promise<void>
  /**
   * Takes records, of each partition in order. Where it throws, it has written nothing of them, or
   * what may be written again. Without `settled`, its resolving means that they are where they
   * belong, and that their offsets may be committed.
   */
  put(records: readonly SinkRecord[]): Promise<void>
  /** For sinks that gather (files): up to where each partition is safe in the other system. */
  settled?(): Promise<readonly TopicPosition[]>
  /** The group has committed these positions of `settled`: nothing before them is read again. */
  committed?(positions: readonly TopicPosition[]): Promise<void>
}

export interface SourceProgress {
  readonly sourcePartition: OffsetJson
  readonly sourceOffset: OffsetJson
}

/** What a source has written by itself. */
export interface Written {
  /** Where it goes on, to be kept for it. */
  readonly offsets: readonly SourceProgress[]
  readonly records: number
  readonly bytes: number
  /** Those that were written to. */
  readonly topics: readonly string[]
}

/** One task of a source; a single call is under way at a time. */
export interface SourceTask extends AsyncDisposable {
  /** The next records, in the order in which they are to stand; waits a while where there are none. */
  poll(): Promise<readonly SourceRecord[]>
  /** Where reading has got to beyond what the records of the last `poll` say: stored after theirs. */
  progress?(): readonly SourceProgress[]
  /** Of a source that writes to topics by itself: called instead of `poll`, it tells what is written. */
  write?(): Promise<Written>
  /** All that the last call gave is in the log, and so are its offsets and its progress. */
  committed?(): Promise<void>
}

/** Lets a table of options and what uses it be written in one piece, with its types inferred. */
export function sink<const Of extends Options>(plugin: SinkPlugin<Of>): SinkPlugin<Of> {
  return plugin
}

export function source<const Of extends Options>(plugin: SourcePlugin<Of>): SourcePlugin<Of> {
  return plugin
}
