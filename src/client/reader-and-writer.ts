/**
 * Reader and Writer: messages over Kafka, MQTT, S3 or within the process, by the name of a service
 * in a file, on the wire with SINETStream's programs in Python, Java and Android.
 *
 * They promise what the consistency says, find lost brokers again, and hold back who publishes too
 * much or reads too slowly. They keep nothing on disk: positions live in the broker's groups and sessions.
 *
 * A door of its own: who starts a broker does not load any of this.
 */

export type { EventAttributes } from '../formats/cloudevents/index.ts'
export * from '../formats/sinetstream/errors.ts'
export type {
  Image,
  Ndarray,
  StandardSchema,
  ValueType,
  ValueTypes,
} from '../formats/values/index.ts'
export type { EventOptions } from './events.ts'
export type { Message } from './message.ts'
export type { Metrics } from './message-metrics.ts'
export { type Handlers, Reader } from './reader.ts'
export type {
  Consistency,
  ReaderParameters,
  ServiceParameters,
  WriterParameters,
} from './service/index.ts'
export type { InjectTrace, TraceContext } from './trace.ts'
export type { MessageHeader, SeekTarget } from './transports/transport.ts'
export type { ValueOf, ValueTypeGiven } from './value-types.ts'
export { type PublishOptions, Writer, type WriterOptions } from './writer.ts'
