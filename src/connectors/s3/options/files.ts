/** When a file ends. */
import type { Options } from '../../../connect/kit/index.ts'

const group = 'Files'

export const fileOptions = {
  'flush.size': {
    type: 'int',
    least: 1,
    about: 'The files of a partition are written when they have so many records together.',
    importance: 'high',
    group,
  },
  'flush.bytes': {
    type: 'long',
    default: '-1',
    about: 'The same by bytes, before compression; -1 does without.',
    importance: 'medium',
    group,
  },
  'rotate.interval.ms': {
    type: 'long',
    default: '-1',
    about: 'A file holds records of so many milliseconds, by the timestamp.extractor.',
    importance: 'high',
    group,
  },
  'rotate.schedule.interval.ms': {
    type: 'long',
    default: '-1',
    about: 'Files are written every so many milliseconds by the clock, counted from midnight.',
    importance: 'medium',
    group,
  },
  'rotate.file.on.partition.change': {
    type: 'boolean',
    default: 'true',
    about: 'With rotate.interval.ms: whether a record for another folder ends the files.',
    importance: 'low',
    group,
  },
  'partitioner.max.open.files': {
    type: 'int',
    default: '-1',
    about: 'So many files of a topic partition are open at most; -1 is a thousand.',
    importance: 'low',
    group,
  },
} as const satisfies Options
