/** MirrorMaker 2's keys, of all three connectors and of each; leat's own are in `schema-options.ts`. */
import type { Option, Options, ValuesOf } from '../../connect/kit/index.ts'
import { checkPatterns } from './filter.ts'

const clusters = 'Clusters'
const names = 'Names'

export const positive = { type: 'long', least: 1 } as const

export type End = 'source' | 'target'

/** Kafka's own keys of a client, Java's and librdkafka's, by which a cluster is got into; secrets are not shown. */
const securityKeys = {
  'security.protocol': 'string',
  'sasl.mechanism': 'string',
  'sasl.jaas.config': 'password',
  'sasl.username': 'string',
  'sasl.password': 'password',
  'sasl.oauthbearer.token.endpoint.url': 'string',
  'sasl.oauthbearer.client.credentials.client.id': 'string',
  'sasl.oauthbearer.client.credentials.client.secret': 'password',
  'sasl.oauthbearer.scope': 'string',
  'ssl.truststore.location': 'string',
  'ssl.truststore.password': 'password',
  'ssl.truststore.type': 'string',
  'ssl.truststore.certificates': 'password',
  'ssl.ca.location': 'string',
  'ssl.crl.location': 'string',
  'ssl.keystore.location': 'string',
  'ssl.keystore.password': 'password',
  'ssl.keystore.type': 'string',
  'ssl.keystore.certificate.chain': 'password',
  'ssl.keystore.key': 'password',
  'ssl.key.password': 'password',
  'ssl.endpoint.identification.algorithm': 'string',
  'enable.ssl.certificate.verification': 'string',
  'leat.ssl.server.name': 'string',
  'ssl.cipher.suites': 'string',
  'ssl.enabled.protocols': 'string',
} as const

type SecurityKey = keyof typeof securityKeys
type SecurityName = `${End}.cluster.${SecurityKey}`

const securityOptions = Object.fromEntries(
  (['source', 'target'] as const).flatMap((end) =>
    Object.entries(securityKeys).map(([key, type]): [string, Option] => [
      `${end}.cluster.${key}`,
      {
        ...{ type, default: null, importance: 'medium', group: 'Security' },
        about: `Kafka's ${key}, for the ${end}.`,
      },
    ]),
  ),
) as Readonly<Record<SecurityName, Option & { readonly type: 'string'; readonly default: null }>>

/** Kafka's own keys for one end. */
export function securityIn(values: ClusterValues, prefix: `${End}.cluster.`) {
  return Object.fromEntries(
    (Object.keys(securityKeys) as SecurityKey[]).map((key) => [key, values[`${prefix}${key}`]]),
  )
}

/** What every connector of a mirror is told: from where to where, and what things are called there. */
export const wayOptions = {
  'source.cluster.alias': {
    type: 'string',
    about: 'What the cluster is called that is mirrored.',
    importance: 'high',
    group: clusters,
  },
  'target.cluster.alias': {
    type: 'string',
    default: 'target',
    about: 'What the cluster is called that gets the copies.',
    importance: 'high',
    group: clusters,
  },
  'replication.policy.class': {
    type: 'class',
    default: 'org.apache.kafka.connect.mirror.DefaultReplicationPolicy',
    about:
      "What topics are called at the target: DefaultReplicationPolicy puts the source's alias in front, IdentityReplicationPolicy keeps names.",
    importance: 'low',
    group: names,
    check: (name: string) =>
      /(^|\.)(Default|Identity)ReplicationPolicy$/.test(name)
        ? undefined
        : 'use DefaultReplicationPolicy or IdentityReplicationPolicy',
  },
  'replication.policy.separator': {
    type: 'string',
    default: '.',
    about: 'What stands between the alias and the name.',
    importance: 'low',
    group: names,
    check: (text: string) => (text === '' ? 'write at least one character' : undefined),
  },
  'replication.policy.internal.topic.separator.enabled': {
    type: 'boolean',
    default: 'true',
    about: "Whether the separator stands in names of the mirror's own topics, too.",
    importance: 'low',
    group: names,
  },
  enabled: {
    type: 'boolean',
    default: 'true',
    about: 'Whether anything is mirrored.',
    importance: 'low',
  },
} as const satisfies Options

/** What those are told that speak with both clusters. */
const clusterOptions = {
  ...securityOptions,
  ...wayOptions,
  'source.cluster.bootstrap.servers': {
    type: 'list',
    about: "Where the source is found: HOST:PORT,HOST:PORT; 'own' is the worker's cluster.",
    importance: 'high',
    group: clusters,
    check: oneOrMore,
  },
  'target.cluster.bootstrap.servers': {
    type: 'list',
    about: 'Where the target is found.',
    importance: 'high',
    group: clusters,
    check: oneOrMore,
  },
} as const satisfies Options

export const topicFilter = {
  topics: {
    type: 'list',
    default: '.*',
    about: 'The topics that are mirrored: names, or patterns of Java.',
    importance: 'high',
    check: checkPatterns,
  },
  'topics.exclude': {
    type: 'list',
    default: '.*[\\-\\.]internal,.*\\.replica,__.*',
    about: 'Those of them that are not.',
    importance: 'high',
    check: checkPatterns,
  },
} as const satisfies Options

const usuallyNotCopied =
  'follower\\.replication\\.throttled\\.replicas,leader\\.replication\\.throttled\\.replicas,message\\.timestamp\\.difference\\.max\\.ms,message\\.timestamp\\.type,unclean\\.leader\\.election\\.enable,min\\.insync\\.replicas'

export const sourceOptions = {
  ...clusterOptions,
  ...topicFilter,
  'replication.factor': {
    type: 'int',
    default: '-1',
    least: -1,
    about: "How many copies topics at the target have; -1 is the target's default.",
    importance: 'low',
  },
  'refresh.topics.enabled': {
    type: 'boolean',
    default: 'true',
    about: 'Whether new topics and partitions are looked for.',
    importance: 'low',
  },
  'refresh.topics.interval.seconds': {
    ...positive,
    default: '600',
    about: 'How often.',
    importance: 'low',
  },
  'sync.topic.configs.enabled': {
    type: 'boolean',
    default: 'true',
    about: "Whether the target's topics follow the configurations of the source's.",
    importance: 'low',
  },
  'sync.topic.configs.interval.seconds': {
    ...positive,
    default: '600',
    about: 'How often.',
    importance: 'low',
  },
  'sync.topic.acls.enabled': {
    type: 'boolean',
    default: 'true',
    about: 'Whether who may read topics at the source may read their copies.',
    importance: 'low',
  },
  'sync.topic.acls.interval.seconds': {
    ...positive,
    default: '600',
    about: 'How often.',
    importance: 'low',
  },
  'config.properties.exclude': {
    type: 'list',
    default: usuallyNotCopied,
    about: 'Configurations that are not copied, as patterns.',
    importance: 'high',
    check: checkPatterns,
  },
  'use.defaults.from': {
    type: 'string',
    default: 'target',
    oneOf: ['target', 'source'],
    about: "Whose defaults hold at the target; with 'source' they are written out there.",
    importance: 'low',
  },
  'emit.offset-syncs.enabled': {
    type: 'boolean',
    default: 'true',
    about: "Whether MirrorMaker's own topic of offsets is written, too.",
    importance: 'medium',
  },
  'offset-syncs.topic.location': {
    type: 'string',
    default: 'source',
    oneOf: ['source', 'target'],
    about: 'Where that topic is.',
    importance: 'low',
  },
  'offset-syncs.topic.replication.factor': {
    type: 'int',
    default: '-1',
    least: -1,
    about: "How many copies it has; -1 is the cluster's default.",
    importance: 'low',
  },
  'consumer.auto.offset.reset': {
    type: 'string',
    default: 'earliest',
    oneOf: ['earliest', 'latest'],
    about: 'Where a topic is begun.',
    importance: 'low',
  },
} as const satisfies Options

/** leat's own: MirrorMaker has no way back. */
export const backKey = 'leat.sync.group.offsets.back.enabled'

export const checkpointOptions = {
  ...clusterOptions,
  ...topicFilter,
  groups: {
    type: 'list',
    default: '.*',
    about: 'The groups whose positions are mirrored: names, or patterns of Java.',
    importance: 'high',
    check: checkPatterns,
  },
  'groups.exclude': {
    type: 'list',
    default: 'console-consumer-.*,connect-.*,__.*',
    about: 'Those of them that are not.',
    importance: 'high',
    check: checkPatterns,
  },
  'emit.checkpoints.enabled': {
    type: 'boolean',
    default: 'true',
    about: "Whether groups' positions are written to the target's topic of checkpoints.",
    importance: 'low',
  },
  'emit.checkpoints.interval.seconds': {
    ...positive,
    default: '60',
    about: 'How often.',
    importance: 'low',
  },
  'sync.group.offsets.enabled': {
    type: 'boolean',
    default: 'false',
    about: 'Whether groups that nobody uses at the target get their positions there.',
    importance: 'low',
  },
  'sync.group.offsets.interval.seconds': {
    ...positive,
    default: '60',
    about: 'How often.',
    importance: 'low',
  },
  [backKey]: {
    type: 'boolean',
    default: 'false',
    about:
      'Whether, with the above, groups that nobody uses at the source get positions there that they came to at the target.',
    importance: 'low',
  },
  'checkpoints.topic.replication.factor': {
    type: 'int',
    default: '-1',
    least: -1,
    about: "How many copies the topic of checkpoints has; -1 is the target's default.",
    importance: 'low',
  },
} as const satisfies Options

export const heartbeatOptions = {
  ...clusterOptions,
  'emit.heartbeats.enabled': {
    type: 'boolean',
    default: 'true',
    about: 'Whether heartbeats are written.',
    importance: 'low',
  },
  'emit.heartbeats.interval.seconds': {
    ...positive,
    default: '1',
    about: 'How often.',
    importance: 'low',
  },
  'heartbeats.topic.replication.factor': {
    type: 'int',
    default: '-1',
    least: -1,
    about: "How many copies their topic has; -1 is the cluster's default.",
    importance: 'low',
  },
} as const satisfies Options

export type WayValues = ValuesOf<typeof wayOptions>
export type ClusterValues = ValuesOf<typeof clusterOptions>
export type SourceValues = ValuesOf<typeof sourceOptions>
export type CheckpointValues = ValuesOf<typeof checkpointOptions>
export type HeartbeatValues = ValuesOf<typeof heartbeatOptions>

function oneOrMore(brokers: readonly string[]): string | undefined {
  return brokers.length > 0 ? undefined : 'name at least one HOST:PORT'
}
