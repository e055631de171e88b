import type { Clock } from '../../../base/clock.ts'
import type { SinkRecord } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'

/** The folder, below its topic's, into which a record goes. */
export type Partitioner = (record: SinkRecord) => string

export type OpenPartitioner = (values: LakeValues, clock: Clock) => Partitioner
