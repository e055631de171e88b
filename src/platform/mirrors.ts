/** Mirrors as leat.yml has them, and the connectors that they are. */
import {
  choice,
  flag,
  list,
  map,
  optional,
  part,
  type Report,
  type Setting,
  scalar,
  text,
  type ValueOf,
} from '../base/settings.ts'
import { tlsClientSetting } from '../base/tls/settings.ts'
import { saslSetting } from '../client/security/index.ts'
import { formatAddress, parseAddress } from './addresses.ts'
import { absoluteIn, propertiesOf, securityProblem } from './mirror-security.ts'

const brokers = part('A cluster.', {
  brokers: list(
    { about: 'Where it is found.', example: '[ central.example:9092 ]' },
    scalar({ about: 'A broker.', example: 'central.example:9092' }, 'HOST:PORT', parseAddress),
  ),
  tls: optional(tlsClientSetting),
  sasl: optional(saslSetting),
})

type End = 'own' | ValueOf<typeof brokers>

/** `own` is the broker that leat itself works with. */
const end = (about: string): Setting<End> => ({
  about,
  example: '{ brokers: [ central.example:9092 ] }',
  fallback: () => 'own',
  parts: brokers.parts ?? {},
  read: (raw, at, report) => (raw === 'own' ? 'own' : brokers.read(raw, at, report)),
})

const url = text({ about: 'An address of it.', example: 'http://registry.example:8081' })

const schemas = part('Schemas of one registry, at another, with the ids that they have.', {
  from: list({ about: 'The registry of the source.', example: '[ http://127.0.0.1:8081 ]' }, url),
  to: list({ about: 'The registry of the target.', example: '[ http://central:8081 ]' }, url),
  context: optional(
    text({
      about: 'In which context they stand there; without it in the default one.',
      example: '.factory',
    }),
  ),
})

const mirror = part('Topics of one cluster, at another, as they are.', {
  alias: text({
    about: 'What the source is called: its topics get this name and a dot in front.',
    example: 'factory',
  }),
  target: text({ about: 'What the target is called.', example: 'central', fallback: 'target' }),
  from: end("The source: own, which is this leat's, or a cluster by its brokers."),
  to: end('The target, in the same way.'),
  names: choice(
    {
      about: 'What topics are called there: prefix (the alias in front) or same.',
      example: 'prefix',
      fallback: 'prefix',
    },
    ['prefix', 'same'],
  ),
  topics: list(
    {
      about: "Which topics, by names or Java's patterns.",
      example: "[ 'iot-sensor-.*' ]",
      fallback: ['.*'],
    },
    text({ about: 'A name or a pattern.', example: 'iot-sensor-.*' }),
  ),
  groups: optional(
    list(
      {
        about: 'Whose positions follow, exactly; without it those of all groups that read topics.',
        example: '[ analysis ]',
      },
      text({ about: 'A name or a pattern.', example: 'analysis' }),
    ),
  ),
  acls: flag({
    about: 'Whether who may read a topic may read its copy; nobody gets a right to write.',
    example: 'true',
    fallback: false,
  }),
  schemas: optional(schemas),
  config: map(
    {
      about: "MirrorMaker 2's own keys, for all that is not said above.",
      example: '{ refresh.topics.interval.seconds: 10 }',
    },
    scalar({ about: 'The value of a key.', example: '10' }, 'a text or a number', (raw) => raw),
  ),
})

export const mirrors = list(
  {
    about: 'Mirrors between clusters: docs/guides/mirror.md.',
    example: '[ { alias: factory, to: { brokers: [ central.example:9092 ] } } ]',
  },
  mirror,
  ({ alias, target }) => `${alias}->${target}`,
)

export type Mirror = ValueOf<typeof mirror>

/** What cannot be said of the way to a cluster, or lacks something. */
export function reportMirrors(mirrors: readonly Mirror[], report: Report): void {
  for (const [index, mirror] of mirrors.entries()) {
    for (const name of ['from', 'to'] as const) {
      const end = mirror[name]
      const says = end === 'own' ? undefined : securityProblem(end)
      if (says !== undefined) report({ at: ['mirrors', index, name], says })
    }
  }
}

/** With paths that no longer depend on the working folder. */
export function mirrorsFrom(folder: string, mirrors: readonly Mirror[]): Mirror[] {
  const within = (end: End): End => (end === 'own' ? end : { ...end, ...absoluteIn(folder, end) })
  return mirrors.map((one) => ({ ...one, from: within(one.from), to: within(one.to) }))
}

/** A mirror made by hand waits ten minutes for new topics, as MirrorMaker does; ours do not. */
const soon = {
  'refresh.topics.interval.seconds': '10',
  'sync.topic.configs.interval.seconds': '60',
  'emit.checkpoints.interval.seconds': '10',
  'sync.group.offsets.enabled': 'true',
  'leat.sync.group.offsets.back.enabled': 'true',
  'sync.group.offsets.interval.seconds': '10',
}

/** The topics of Connect and of mirrors are each cluster's own. */
const notMirrored = '.*[\\-\\.]internal,.*\\.replica,__.*,connect-(configs|offsets|status)'

/** By name: three connectors a mirror. */
export function mirrorConnectors(
  mirrors: readonly Mirror[],
): Record<string, Record<string, string>> {
  return Object.fromEntries(mirrors.flatMap(connectorsOf))
}

function connectorsOf(mirror: Mirror): [string, Record<string, string>][] {
  const { alias, target, from, to } = mirror
  const policy = mirror.names === 'same' ? 'Identity' : 'Default'
  const common = {
    ...soon,
    'topics.exclude': notMirrored,
    'replication.policy.class': `${policy}ReplicationPolicy`,
    topics: mirror.topics.join(),
    'sync.topic.acls.enabled': `${mirror.acls}`,
    'sync.topic.acls.interval.seconds': '60',
    ...(mirror.groups !== undefined && { groups: mirror.groups.join() }),
    ...mirror.config,
  }
  const there = {
    'source.cluster.alias': alias,
    'target.cluster.alias': target,
    ...keysOf('source', from),
    ...keysOf('target', to),
  }
  // A heartbeat begins at the source, and shows at the target that the way is open.
  const beats = {
    'source.cluster.alias': target,
    'target.cluster.alias': alias,
    ...keysOf('source', to),
    ...keysOf('target', from),
  }
  const name = `${alias}->${target}`
  return [
    [name, { ...common, ...there, 'connector.class': 'MirrorSourceConnector' }],
    [
      `${name}.checkpoints`,
      { ...common, ...there, 'connector.class': 'MirrorCheckpointConnector' },
    ],
    ...(mirror.schemas === undefined
      ? []
      : [schemaConnector(name, { ...common, ...there }, mirror.schemas)]),
    [`${name}.heartbeats`, { ...common, ...beats, 'connector.class': 'MirrorHeartbeatConnector' }],
  ]
}

function schemaConnector(
  name: string,
  common: Record<string, string>,
  { from, to, context }: ValueOf<typeof schemas>,
): [string, Record<string, string>] {
  const config = {
    'source.schema.registry.url': from.join(),
    'target.schema.registry.url': to.join(),
    ...(context !== undefined && { 'target.schema.context': context }),
    'sync.schemas.interval.seconds': '10',
    // Logins stand there, and are said over all that is above.
    ...common,
  }
  return [`${name}.schemas`, { ...config, 'connector.class': 'MirrorSchemaConnector' }]
}

/** The worker knows its own cluster, and how to get into it. */
function keysOf(side: 'source' | 'target', end: End): Record<string, string> {
  const servers = `${side}.cluster.bootstrap.servers`
  if (end === 'own') return { [servers]: 'own' }
  const security = Object.entries(propertiesOf(end)).map(([key, value]) => [
    `${side}.cluster.${key}`,
    value,
  ])
  return { [servers]: end.brokers.map(formatAddress).join(), ...Object.fromEntries(security) }
}
