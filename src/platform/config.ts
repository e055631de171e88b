/** All that leat.yml may say, described once: the types, readers, defaults and template follow. */
import {
  choice,
  flag,
  integer,
  list,
  map,
  optional,
  part,
  type Report,
  type Setting,
  text,
  type ValueOf,
} from '../base/settings.ts'
import { tlsClientSetting, tlsServerSetting } from '../base/tls/settings.ts'
import { saslSetting } from '../client/security/index.ts'
import type { PipelineSpec } from '../pipelines/index.ts'
import { access } from './access.ts'
import { audit } from './audit/settings.ts'
import { consolePart } from './console-config.ts'
import { httpDoor, onOneLine } from './http-doors.ts'
import { address, kafkaKey, principalRules } from './listener-settings.ts'
import { auth } from './logins.ts'
import { mirrors } from './mirrors.ts'
import { mqtt } from './mqtt-config.ts'
import { registry, reportTwoRegistries } from './registry.ts'

const kafkaListener = part('One address that Kafka clients connect to.', {
  bind: address('Where to listen; localhost is 127.0.0.1 and ::1.', 'localhost:9092'),
  advertised: optional(
    address(
      'What clients are told to connect to; without it, the address at which they reached leat.',
      'broker.example:9092',
    ),
  ),
  auth: optional(auth),
  tls: optional(tlsServerSetting),
  principalMappingRules: principalRules,
})

const topic: Setting<{ partitions?: number; config: Record<string, string> }> = {
  about: "A topic that is there from the start: partitions and Kafka's topic configurations.",
  example: '{ partitions: 3, retention.ms: 7200000 }',
  read(raw, at, report) {
    const { partitions, ...config } = topicKeys.read(raw, at, report)
    return partitions === undefined
      ? { config }
      : { config, partitions: partitionCount.read(partitions, [...at, 'partitions'], report) }
  },
}
const topicKeys = map({ about: topic.about, example: topic.example }, kafkaKey)
const partitionCount = integer({ about: 'How many partitions.', example: '3' }, 1, 10_000)

/** A part that must not stand in the file without the brokers that it is for. */
const ofCluster = <Value>(
  about: string,
  { read }: Setting<Value>,
  { example }: { readonly example: string },
) => optional<Value>(onOneLine({ about, read }, example))

const kafka = part('The embedded Kafka broker, or the cluster that takes its place.', {
  enabled: flag({
    about: 'Without a Kafka nothing is started that works with one.',
    example: 'true',
    fallback: true,
  }),
  brokers: optional(
    list(
      {
        about: 'An existing cluster: leat then starts no broker of its own and writes there.',
        example: '[ kafka-1:9092, kafka-2:9092 ]',
      },
      address('A broker of that cluster.', 'kafka-1:9092'),
    ),
  ),
  tls: ofCluster('Connections to that cluster are encrypted.', tlsClientSetting, {
    example: '{ truststore: ./certs/truststore.p12 }',
  }),
  sasl: ofCluster('How leat logs in at that cluster.', saslSetting, {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
    example: '{ mechanism: SCRAM-SHA-512, username: leat, password: "${env:KAFKA_PASSWORD}" }',
  }),
  durability: choice(
    {
      about:
        'What an acknowledgement promises: disk (synced; survives a power cut) or os (survives a crash of leat alone).',
      example: 'disk',
      fallback: 'disk',
    },
    ['disk', 'os'],
  ),
  listeners: list(
    {
      about: 'Where Kafka clients connect.',
      example: '[ { bind: localhost:9092 } ]',
      fallback: [kafkaListener.read({ bind: 'localhost:9092' }, [], () => {})],
    },
    kafkaListener,
  ),
  topics: map(
    {
      about: "Topics that are created at the start, with Kafka's own configurations.",
      example: '{ sensor.raw: { partitions: 3, retention.ms: 7200000 } }',
    },
    topic,
    (name) =>
      /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/.test(name)
        ? undefined
        : `'${name}' is no name for a topic; write at most 249 letters, digits, dots, '-' and '_'.`,
  ),
  config: map(
    { about: "Kafka's own broker configurations.", example: '{ num.partitions: 3 }' },
    kafkaKey,
  ),
})

/** Read later, by settings that are loaded only where there are pipelines. */
const pipelines: Setting<Readonly<Record<string, PipelineSpec>>> = {
  about: 'Records of topics, step by step, into other topics: docs/guides/pipelines.md.',
  example:
    '{ warm: { from: temperatures, steps: [ { filter: "value.celsius > 20" } ], to: warm-temperatures } }',
  read: (raw) => raw as Readonly<Record<string, PipelineSpec>>,
}

const connector: Setting<Record<string, string>> = {
  about: "A connector that is there from the start, in Kafka Connect's own keys.",
  example: '{ connector.class: FileStreamSink, topics: readings, file: ./readings.txt }',
  read(raw, at, report) {
    const given = map({ about: connector.about, example: connector.example }, kafkaKey)
    const config = given.read(raw, at, report)
    if (config['connector.class'] === undefined && typeof raw === 'object') {
      const says = `'${String(at.at(-1))}' has no connector.class; write 'connector.class: FileStreamSink' or another.`
      report({ at, says, isKey: true })
    }
    return config
  },
}

const connect = part(
  'Connectors between topics and other systems, and the REST of Kafka Connect.',
  {
    bind: address('Where to listen.', 'localhost:8083', { host: 'localhost', port: 8083 }),
    ...httpDoor,
    advertised: optional(
      address('At which other workers of the group reach this one.', 'worker-1.example:8083'),
    ),
    'group.id': text({
      about: 'The group of workers that share the connectors.',
      example: 'connect-cluster',
      fallback: 'connect-cluster',
    }),
    config: map(
      {
        about: "Kafka Connect's own keys of a worker, for all connectors that say nothing else.",
        example: '{ value.converter: org.apache.kafka.connect.json.JsonConverter }',
      },
      kafkaKey,
    ),
    connectors: map(
      {
        about: 'Connectors by name; secrets in them are read when a task starts.',
        example:
          '{ to-file: { connector.class: FileStreamSink, topics: sensor.raw, file: ./readings.txt } }',
      },
      connector,
    ),
  },
)

/** Of who was given none. */
export const usualName = 'leat'

/** The whole file. A part that the file does not name is not started, but for the broker. */
export const leatFile = part('What leat starts.', {
  name: text({
    about: 'What this leat is called among others that work with the same cluster.',
    example: 'leat',
    fallback: usualName,
  }),
  data: text({
    about: 'The one directory of all data; a backup is a copy of it while leat is stopped.',
    example: './leat-data',
    fallback: './leat-data',
  }),
  kafka,
  access: optional(access),
  audit: optional(audit),
  mqtt: optional(mqtt),
  pipelines: optional(pipelines),
  registry: optional(registry),
  connect: optional(connect),
  mirrors: optional(mirrors),
  console: optional(consolePart),
})

export type Config = ValueOf<typeof leatFile> & {
  /** What the files say, without defaults; secrets are references, as they stand there. */
  readonly written?: unknown
}

/** What is started where there is no file: everything, on the default ports. */
export function defaultConfig(): Config {
  return leatFile.read({ mqtt: {}, registry: {}, connect: {}, console: {} }, [], () => {})
}

/** Mirrors are connectors, so a file that names them starts Connect as well. */
export function withImplied(raw: unknown): unknown {
  const { mirrors: named, connect: given } = Object(raw) as { mirrors?: unknown; connect?: unknown }
  return named === undefined || given !== undefined ? raw : { ...Object(raw), connect: {} }
}

/** What only a broker decides by; an existing cluster has its own. */
export const rulesOfTheBroker = [
  'authorizer',
  'superUsers',
  'allowEveryoneIfNoAclFound',
  'acls',
  'quotas',
]

/** What is said of a cluster that takes the place of the embedded broker. */
export const ofTheCluster = ['brokers', 'tls', 'sasl']
const ofBoth = ['enabled']

/** What no single setting can know of itself. */
export function reportContradictions(raw: unknown, report: Report): void {
  const { kafka, access, registry } = Object(raw) as Record<string, unknown>
  reportTwoRegistries(registry, report)
  const given = Object.keys(Object(kafka)).filter((name) => !ofBoth.includes(name))
  const isCluster = given.includes('brokers')
  for (const name of given.filter((one) => isCluster !== ofTheCluster.includes(one))) {
    report({
      at: ['kafka', name],
      isKey: true,
      says: isCluster
        ? `'${name}' belongs to the embedded broker, which 'brokers' replaces; delete one of the two.`
        : `'${name}' is for the way to a cluster that 'brokers' names; TLS and logins of the embedded broker belong to its 'listeners'.`,
    })
  }
  if (!isCluster) return
  for (const name of Object.keys(Object(access)).filter((one) => rulesOfTheBroker.includes(one))) {
    report({
      at: ['access', name],
      isKey: true,
      says: `'${name}' is for the embedded broker, which 'brokers' replaces: that cluster has rules of its own; delete one of the two.`,
    })
  }
}
