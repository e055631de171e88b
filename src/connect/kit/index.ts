/**
 * All that a connector is written with (`leat/connect`): Connect's data model, records, a table of
 * options, and the contract of a sink and of a source. `connectors/file` is the template.
 *
 * A connector talks to one system. Reading topics, converting, transforming, retrying, dead letters,
 * offsets, restarts and metrics are the worker's.
 */
export {
  type ConnectField,
  type ConnectSchema,
  type ConnectType,
  type Decimal,
  decimalText,
  isDecimal,
  logical,
  type Struct,
  scaleParameter,
} from './data.ts'
export { BadRecordError, DataError, RetriableError } from './errors.ts'
export { JavaPattern } from './java-pattern.ts'
export type { Option, Options, OptionType, ValuesOf } from './options.ts'
export {
  type KafkaWay,
  type OptionErrors,
  type PlanContext,
  type Plugin,
  type Question,
  type ReportContext,
  type SinkContext,
  type SinkPlugin,
  type SinkTask,
  type SourceContext,
  type SourcePlugin,
  type SourceProgress,
  type SourceTask,
  sink,
  source,
  type TaskContext,
  type TaskShare,
  type Written,
} from './plugin.ts'
export { type OptionsRead, readOptions } from './read-options.ts'
export type {
  ConnectHeader,
  ConnectRecord,
  OffsetJson,
  RecordOrigin,
  SinkRecord,
  SourceRecord,
  TopicPartition,
  TopicPosition,
} from './record.ts'
