import type { Clock } from '../../../base/clock.ts'
import { simpleName } from '../class-names.ts'
import type { LakeValues } from '../options/index.ts'
import { defaultPartitioner } from './default.ts'
import { fieldPartitioner } from './field.ts'
import type { PartitionerName } from './names.ts'
import type { OpenPartitioner, Partitioner } from './partitioner.ts'
import { sinetStreamPartitioner } from './sinetstream.ts'
import { dailyPartitioner, hourlyPartitioner, timeBasedPartitioner } from './time-based.ts'

export type { Partitioner, Place } from './partitioner.ts'

const partitioners: Readonly<Record<PartitionerName, OpenPartitioner>> = {
  DefaultPartitioner: defaultPartitioner,
  FieldPartitioner: fieldPartitioner,
  TimeBasedPartitioner: timeBasedPartitioner,
  DailyPartitioner: dailyPartitioner,
  HourlyPartitioner: hourlyPartitioner,
  SinetStreamPartitioner: sinetStreamPartitioner,
}

/** By a name that the options have checked. */
export function openPartitioner(values: LakeValues, clock: Clock): Partitioner {
  return partitioners[simpleName(values['partitioner.class']) as PartitionerName](values, clock)
}
