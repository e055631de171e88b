/**
 * Every configuration that a topic of Apache Kafka has, and Confluent's for schemas, as data: DescribeConfigs, the validation
 * of changes and the settings of the log follow from this table. `synonym` is the broker's own key
 * that gives the default. What leat stores but does not act upon is said in LIMITS.md.
 */
import type { PartitionPolicy } from '../log/index.ts'
import {
  bool,
  type ConfigType,
  int,
  listOf,
  long,
  never,
  oneOf,
  ratio,
  replicas,
} from './config-types.ts'
import { brokerError } from './errors.ts'
import {
  inConfluentsPackage,
  type SchemaRules,
  strategyNamed,
  subjectStrategies,
} from './schema-rules.ts'

export interface TopicConfig {
  readonly type: ConfigType
  readonly fallback: string
  readonly synonym: string
  readonly about: string
}

const forever = String(2n ** 63n - 1n)

export const topicConfigs = {
  'cleanup.policy': {
    type: listOf('delete', 'compact'),
    fallback: 'delete',
    synonym: 'log.cleanup.policy',
    about:
      'What happens to old segments: deleted, compacted to the last record of each key, or both.',
  },
  'compression.type': {
    type: oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
    fallback: 'producer',
    synonym: 'compression.type',
    about: "The final compression of the topic; 'producer' keeps what the producer chose.",
  },
  'compression.gzip.level': {
    type: int(-1, 9),
    fallback: '-1',
    synonym: 'compression.gzip.level',
    about: "The level where compression.type is 'gzip'.",
  },
  'compression.lz4.level': {
    type: int(1, 17),
    fallback: '9',
    synonym: 'compression.lz4.level',
    about: "The level where compression.type is 'lz4'.",
  },
  'compression.zstd.level': {
    type: int(-131072, 22),
    fallback: '3',
    synonym: 'compression.zstd.level',
    about: "The level where compression.type is 'zstd'.",
  },
  'confluent.key.schema.validation': {
    type: bool,
    fallback: 'false',
    synonym: 'confluent.key.schema.validation',
    about: 'Whether keys must begin with the id of a schema that is registered for the topic.',
  },
  'confluent.key.subject.name.strategy': {
    type: oneOf(...subjectStrategies, ...subjectStrategies.map(inConfluentsPackage)),
    fallback: inConfluentsPackage('TopicNameStrategy'),
    synonym: 'confluent.key.subject.name.strategy',
    about: 'The subject under which the schemas of keys are registered.',
  },
  'confluent.value.schema.validation': {
    type: bool,
    fallback: 'false',
    synonym: 'confluent.value.schema.validation',
    about: 'Whether values must begin with the id of a schema that is registered for the topic.',
  },
  'confluent.value.subject.name.strategy': {
    type: oneOf(...subjectStrategies, ...subjectStrategies.map(inConfluentsPackage)),
    fallback: inConfluentsPackage('TopicNameStrategy'),
    synonym: 'confluent.value.subject.name.strategy',
    about: 'The subject under which the schemas of values are registered.',
  },
  'delete.retention.ms': {
    type: long(),
    fallback: '86400000',
    synonym: 'log.cleaner.delete.retention.ms',
    about: 'How long a tombstone is kept after the first compaction that meets it.',
  },
  'file.delete.delay.ms': {
    type: long(),
    fallback: '60000',
    synonym: 'log.segment.delete.delay.ms',
    about: 'How long to wait before a file is removed from the file system.',
  },
  'flush.messages': {
    type: long(1n),
    fallback: forever,
    synonym: 'log.flush.interval.messages',
    about: 'After how many records the log is synced; leat syncs before each acknowledgement.',
  },
  'flush.ms': {
    type: long(),
    fallback: forever,
    synonym: 'log.flush.interval.ms',
    about: 'After which time the log is synced; leat syncs before each acknowledgement.',
  },
  'follower.replication.throttled.replicas': {
    type: replicas,
    fallback: '',
    synonym: 'follower.replication.throttled.replicas',
    about: 'Replicas whose replication is throttled on the follower.',
  },
  'index.interval.bytes': {
    type: int(),
    fallback: '4096',
    synonym: 'log.index.interval.bytes',
    about: 'How many bytes of records lie between two entries of the offset index.',
  },
  'leader.replication.throttled.replicas': {
    type: replicas,
    fallback: '',
    synonym: 'leader.replication.throttled.replicas',
    about: 'Replicas whose replication is throttled on the leader.',
  },
  'local.retention.bytes': {
    type: long(-2n),
    fallback: '-2',
    synonym: 'log.local.retention.bytes',
    about: 'Bytes kept locally where remote storage is on.',
  },
  'local.retention.ms': {
    type: long(-2n),
    fallback: '-2',
    synonym: 'log.local.retention.ms',
    about: 'Milliseconds kept locally where remote storage is on.',
  },
  'max.compaction.lag.ms': {
    type: long(1n),
    fallback: forever,
    synonym: 'log.cleaner.max.compaction.lag.ms',
    about: 'How long a record may stay uncompacted at the most.',
  },
  'max.message.bytes': {
    type: int(),
    fallback: '1048588',
    synonym: 'message.max.bytes',
    about: 'The largest record batch that is accepted, after compression.',
  },
  'message.timestamp.after.max.ms': {
    type: long(),
    fallback: '3600000',
    synonym: 'log.message.timestamp.after.max.ms',
    about: 'How far the timestamp of a record may lie ahead of the clock of the broker.',
  },
  'message.timestamp.before.max.ms': {
    type: long(),
    fallback: forever,
    synonym: 'log.message.timestamp.before.max.ms',
    about: 'How far the timestamp of a record may lie behind the clock of the broker.',
  },
  'message.timestamp.type': {
    type: oneOf('CreateTime', 'LogAppendTime'),
    fallback: 'CreateTime',
    synonym: 'log.message.timestamp.type',
    about: 'Whether a record has the time of its producer or of its arrival.',
  },
  'min.cleanable.dirty.ratio': {
    type: ratio(),
    fallback: '0.5',
    synonym: 'log.cleaner.min.cleanable.ratio',
    about: 'How much of a log must be new since its last compaction before it is compacted again.',
  },
  'min.compaction.lag.ms': {
    type: long(),
    fallback: '0',
    synonym: 'log.cleaner.min.compaction.lag.ms',
    about: 'How long a record stays uncompacted at the least.',
  },
  'min.insync.replicas': {
    type: int(1),
    fallback: '1',
    synonym: 'min.insync.replicas',
    about: 'How many replicas must have a record before acks=all is given; leat has one.',
  },
  preallocate: {
    type: bool,
    fallback: 'false',
    synonym: 'log.preallocate',
    about: 'Whether a new segment file gets its size at once.',
  },
  'remote.log.copy.disable': {
    type: bool,
    fallback: 'false',
    synonym: 'remote.log.copy.disable',
    about: 'Whether copying to remote storage is off.',
  },
  'remote.log.delete.on.disable': {
    type: bool,
    fallback: 'false',
    synonym: 'remote.log.delete.on.disable',
    about: 'Whether remote segments are deleted when remote storage is turned off.',
  },
  'remote.storage.enable': {
    type: never,
    fallback: 'false',
    synonym: 'remote.storage.enable',
    about: 'Whether old segments move to remote storage; leat has none.',
  },
  'retention.bytes': {
    type: long(-1n),
    fallback: '-1',
    synonym: 'log.retention.bytes',
    about: 'The size of a partition above which old segments are deleted; -1 is without limit.',
  },
  'retention.ms': {
    type: long(-1n),
    fallback: '604800000',
    synonym: 'log.retention.ms',
    about: 'The age after which old segments are deleted; -1 is without limit.',
  },
  'segment.bytes': {
    type: int(14),
    fallback: '1073741824',
    synonym: 'log.segment.bytes',
    about: 'The size at which a new segment file begins.',
  },
  'segment.index.bytes': {
    type: int(4),
    fallback: '10485760',
    synonym: 'log.index.size.max.bytes',
    about: 'The size of the offset index of a segment at the most.',
  },
  'segment.jitter.ms': {
    type: long(),
    fallback: '0',
    synonym: 'log.roll.jitter.ms',
    about: 'A random part taken from segment.ms, so that segments do not all begin at once.',
  },
  'segment.ms': {
    type: long(1n),
    fallback: '604800000',
    synonym: 'log.roll.ms',
    about: 'The age at which a new segment file begins.',
  },
  'unclean.leader.election.enable': {
    type: bool,
    fallback: 'false',
    synonym: 'unclean.leader.election.enable',
    about: 'Whether a replica that is behind may become leader; leat has one replica.',
  },
} as const satisfies Record<string, TopicConfig>

export type TopicConfigName = keyof typeof topicConfigs

export function isTopicConfig(name: string): name is TopicConfigName {
  return Object.hasOwn(topicConfigs, name)
}

/** Throws where a configuration does not exist or cannot have this value. */
export function checkTopicConfig(name: string, value: string | null): void {
  if (!isTopicConfig(name)) throw brokerError('config-unknown', { name })
  const { type } = topicConfigs[name]
  if (value === null || !type.accepts(value)) {
    throw brokerError('config-invalid', { name, value, expected: type.expected })
  }
}

/** Throws where one of a topic's own configurations is wrong, or they contradict each other. */
export function checkTopicConfigs(
  own: Readonly<Record<string, string>>,
  defaultOf: (name: TopicConfigName) => string,
): void {
  for (const [name, value] of Object.entries(own)) checkTopicConfig(name, value)
  const ownOrDefault = (name: TopicConfigName) => own[name] ?? defaultOf(name)
  const least = ownOrDefault('min.compaction.lag.ms')
  const most = ownOrDefault('max.compaction.lag.ms')
  if (BigInt(least) > BigInt(most)) throw brokerError('config-conflict', { least, most })
}

/** What a topic's configurations mean, read once instead of at every request. */
export interface TopicSettings extends PartitionPolicy {
  /** Old segments go by age and size. */
  readonly deletes: boolean
  readonly compressionType: string
  readonly maxMessageBytes: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  /** Absent where keys and values are any bytes. */
  readonly schemaRules: SchemaRules | undefined
}

/** The topic's own configurations over the broker's over Kafka's defaults. */
export function topicSettings(configured: (name: TopicConfigName) => string): TopicSettings {
  const policies = configured('cleanup.policy').split(',')
  const deletes = policies.some((policy) => policy.trim() === 'delete')
  const compacted = policies.some((policy) => policy.trim() === 'compact')
  const segmentMs = Number(configured('segment.ms'))
  const maxCompactionLagMs = Number(configured('max.compaction.lag.ms'))
  return {
    segmentBytes: Number(configured('segment.bytes')),
    // What is appended to is never compacted, so a segment must not stay open for longer.
    segmentMs: compacted ? Math.min(segmentMs, maxCompactionLagMs) : segmentMs,
    retentionMs: deletes ? Number(configured('retention.ms')) : -1,
    retentionBytes: deletes ? Number(configured('retention.bytes')) : -1,
    indexIntervalBytes: Number(configured('index.interval.bytes')),
    compacted,
    minCleanableDirtyRatio: Number(configured('min.cleanable.dirty.ratio')),
    minCompactionLagMs: Number(configured('min.compaction.lag.ms')),
    maxCompactionLagMs,
    deleteRetentionMs: Number(configured('delete.retention.ms')),
    deletes,
    compressionType: configured('compression.type'),
    maxMessageBytes: Number(configured('max.message.bytes')),
    timestampType:
      configured('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    timestampBeforeMaxMs: Number(configured('message.timestamp.before.max.ms')),
    timestampAfterMaxMs: Number(configured('message.timestamp.after.max.ms')),
    schemaRules: schemaRules(configured),
  }
}

function schemaRules(configured: (name: TopicConfigName) => string): SchemaRules | undefined {
  const strategyOf = (side: 'key' | 'value') =>
    configured(`confluent.${side}.schema.validation`).toLowerCase() === 'true'
      ? strategyNamed(configured(`confluent.${side}.subject.name.strategy`))
      : undefined
  const rules = { key: strategyOf('key'), value: strategyOf('value') }
  return rules.key === undefined && rules.value === undefined ? undefined : rules
}
