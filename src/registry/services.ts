import type { Logger } from '../base/logger.ts'
import type { RegistryLimits } from './limits.ts'
import type { SchemaParser } from './schemas/parser.ts'
import type { SchemaTopic } from './state/schema-topic.ts'
import type { Writes } from './writes.ts'

/** What the operations work with. */
export interface Services {
  readonly topic: SchemaTopic
  readonly writes: Writes
  readonly parser: SchemaParser
  readonly limits: RegistryLimits
  readonly logger: Logger
  /** Of the Kafka cluster that holds the topic. */
  readonly clusterId: () => Promise<string>
}
