/** Into which folders records go. */
import type { Options } from '../../../connect/kit/index.ts'
import { simpleName } from '../class-names.ts'
import { partitionerNames } from '../partitioners/names.ts'
import { isTimeZone } from '../time-zone.ts'
import { extractorNames, timestampName } from '../timestamps.ts'
import { oneOf } from './one-of.ts'

const group = 'Partitioner'

export const layoutOptions = {
  'partitioner.class': {
    type: 'class',
    default: 'io.confluent.connect.storage.partitioner.DefaultPartitioner',
    about: 'Into which folders records go.',
    importance: 'high',
    group,
    check: (name: string) => oneOf(partitionerNames, simpleName(name)),
  },
  'partition.field.name': {
    type: 'list',
    default: '',
    about: "The FieldPartitioner's fields.",
    importance: 'medium',
    group,
  },
  'partition.duration.ms': {
    type: 'long',
    default: '-1',
    about: "The TimeBasedPartitioner's stretch of time.",
    importance: 'medium',
    group,
  },
  'path.format': {
    type: 'string',
    default: '',
    about: "The TimeBasedPartitioner's folders, such as 'year'=YYYY/'month'=MM/'day'=dd.",
    importance: 'medium',
    group,
  },
  locale: {
    type: 'string',
    default: '',
    about: 'Names of months and days are English ones.',
    importance: 'medium',
    group,
  },
  timezone: {
    type: 'string',
    default: 'UTC',
    about: 'The zone of the folders and of rotate.schedule.interval.ms, such as Asia/Tokyo.',
    importance: 'medium',
    group,
    check: (zone: string) =>
      isTimeZone(zone) ? undefined : 'write a zone such as UTC, Europe/Berlin or +09:00',
  },
  'sinetstream.name': {
    type: 'string',
    default: 'day',
    oneOf: ['day', 'hour', 'minute'],
    about: "How deep the SinetStreamPartitioner's folders are, as SINETStream's own key name.",
    importance: 'low',
    group,
  },
  'timestamp.extractor': {
    type: 'string',
    default: 'Wallclock',
    about: 'When a record happened: Wallclock, Record or RecordField.',
    importance: 'medium',
    group,
    check: (name: string) => oneOf(extractorNames, timestampName(name)),
  },
  'timestamp.field': {
    type: 'string',
    default: 'timestamp',
    about: "RecordField's field.",
    importance: 'medium',
    group,
  },
} as const satisfies Options
