import type { Clock } from '../../../base/clock.ts'
import type { SinkRecord } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'

/** Where a record goes. */
export type Partitioner = (record: SinkRecord) => Place

export interface Place {
  /** Below its topic's. */
  readonly folder: string
  /** Without its ending; a file that is named here has one record. */
  readonly file?: string
  /** What S3 keeps beside the object. */
  readonly metadata?: Readonly<Record<string, string>>
}

export type OpenPartitioner = (values: LakeValues, clock: Clock) => Partitioner
