/**
 * The broker's own settings, under Kafka's keys where Kafka has one. A key that is also the
 * default of a topic configuration (`log.retention.ms` of `retention.ms`) stands in
 * `topic-configs.ts`; the others stand here.
 */
import {
  anyText,
  bool,
  type ConfigType,
  int,
  long,
  numbersByAddress,
  oneOf,
  secret,
} from './config-types.ts'
import { brokerError } from './errors.ts'
import { type TopicConfigName, topicConfigs } from './topic-configs.ts'

interface BrokerConfig {
  readonly type: ConfigType
  readonly fallback: string
  readonly about: string
}

export const brokerConfigs = {
  'node.id': { type: int(), fallback: '1', about: 'The id of this broker.' },
  'auto.create.topics.enable': {
    type: bool,
    fallback: 'true',
    about: 'Whether a topic that a client asks for is created.',
  },
  'num.partitions': { type: int(1), fallback: '1', about: 'How many partitions a new topic has.' },
  'default.replication.factor': {
    type: int(1),
    fallback: '1',
    about: 'The replication factor of a new topic; leat keeps one replica.',
  },
  'delete.topic.enable': { type: bool, fallback: 'true', about: 'Whether topics may be deleted.' },
  'kafka.replication': {
    type: oneOf('lenient', 'strict'),
    fallback: 'lenient',
    about: 'Whether a replication factor above 1 is accepted, one replica being kept, or refused.',
  },
  'socket.request.max.bytes': {
    type: int(1),
    fallback: '104857600',
    about: 'The largest request that is read.',
  },
  'max.connections': {
    type: int(1),
    fallback: '10000',
    about: 'How many clients may be connected.',
  },
  'max.connections.per.ip': {
    type: int(),
    fallback: '2147483647',
    about: 'How many clients of one address may be connected.',
  },
  'max.connections.per.ip.overrides': {
    type: numbersByAddress,
    fallback: '',
    about: 'Addresses to which another number applies.',
  },
  'max.connection.creation.rate': {
    type: int(1),
    fallback: '2147483647',
    about: 'How many clients a second may connect, whatever their addresses are.',
  },
  'connections.max.idle.ms': {
    type: long(-1n),
    fallback: '600000',
    about: 'How long a connection may be silent before it is closed; -1 is for ever.',
  },
  'connections.max.reauth.ms': {
    type: long(),
    fallback: '0',
    about: 'How long a login is good for, unless its token expires before; 0 is for ever.',
  },
  'connection.failed.authentication.delay.ms': {
    type: int(),
    fallback: '100',
    about: 'How long the answer to a failed login is kept back.',
  },
  'sasl.server.max.receive.size': {
    type: int(1024),
    fallback: '65536',
    about: "The largest request before a login is done (Kafka's default is 524288).",
  },
  'sasl.oauthbearer.jwks.endpoint.url': {
    type: anyText,
    fallback: '',
    about: 'The keys that tokens are signed with; leat.yml says it by access.tokens.',
  },
  'sasl.oauthbearer.expected.issuer': {
    type: anyText,
    fallback: '',
    about: 'Who must have made a token.',
  },
  'sasl.oauthbearer.expected.audience': {
    type: anyText,
    fallback: '',
    about: 'A token must be meant for one of these.',
  },
  'sasl.oauthbearer.sub.claim.name': {
    type: anyText,
    fallback: 'sub',
    about: 'The claim of a token that names the user.',
  },
  'sasl.oauthbearer.scope.claim.name': {
    type: anyText,
    fallback: 'scope',
    about: 'The claim of a token that lists what it is good for.',
  },
  'sasl.oauthbearer.clock.skew.seconds': {
    type: int(0, 600),
    fallback: '30',
    about: 'By how much the clock of who makes tokens may differ.',
  },
  'leat.login.timeout.ms': {
    type: int(1),
    fallback: '30000',
    about: 'How long a new connection may take to log in.',
  },
  'leat.max.scram.users': {
    type: int(1),
    fallback: '10000',
    about: 'How many SCRAM users clients may create.',
  },
  'delegation.token.secret.key': {
    type: secret,
    fallback: '',
    about: 'The key that delegation tokens are made with; without it there are none.',
  },
  'delegation.token.max.lifetime.ms': {
    type: long(1n),
    fallback: '604800000',
    about: 'How old a delegation token may grow, however often it is renewed.',
  },
  'delegation.token.expiry.time.ms': {
    type: long(1n),
    fallback: '86400000',
    about: 'How long a delegation token is good before it must be renewed.',
  },
  'delegation.token.expiry.check.interval.ms': {
    type: long(1n),
    fallback: '3600000',
    about: 'How often expired delegation tokens are removed.',
  },
  'leat.max.delegation.tokens': {
    type: int(1),
    fallback: '10000',
    about: 'How many delegation tokens there may be.',
  },
  'fetch.max.bytes': {
    type: int(1024),
    fallback: '57671680',
    about: 'The largest answer to a fetch.',
  },
  'max.incremental.fetch.session.cache.slots': {
    type: int(),
    fallback: '1000',
    about: 'How many fetch sessions are remembered.',
  },
  'leat.max.partitions': {
    type: int(1),
    fallback: '10000',
    about: 'How many partitions there may be in all.',
  },
  'leat.max.queued.bytes.per.connection': {
    type: int(1024),
    fallback: '8388608',
    about: 'How many bytes of requests and answers one connection may have waiting.',
  },
  'group.initial.rebalance.delay.ms': {
    type: int(),
    fallback: '0',
    about:
      "How long the first rebalance of an empty group waits for more members (Kafka's default is 3000).",
  },
  'group.min.session.timeout.ms': {
    type: int(),
    fallback: '1000',
    about: "The shortest session timeout a member may ask for (Kafka's default is 6000).",
  },
  'group.max.session.timeout.ms': {
    type: int(),
    fallback: '1800000',
    about: 'The longest session timeout a member may ask for.',
  },
  'group.max.size': {
    type: int(1),
    fallback: '10000',
    about: 'How many members a group may have.',
  },
  'leat.max.groups': { type: int(1), fallback: '100000', about: 'How many groups there may be.' },
  'leat.max.acls': {
    type: int(1),
    fallback: '10000',
    about: 'How many ACLs clients may create.',
  },
  'leat.max.quotas': {
    type: int(1),
    fallback: '10000',
    about: 'How many users, client ids and addresses clients may give quotas.',
  },
  'quota.window.num': {
    type: int(2),
    fallback: '11',
    about: 'Over how many windows the rates of clients are measured.',
  },
  'quota.window.size.seconds': {
    type: int(1),
    fallback: '1',
    about: 'How long such a window is.',
  },
  'controller.quota.window.num': {
    type: int(1),
    fallback: '11',
    about: 'For how many windows changes of partitions may be saved up.',
  },
  'controller.quota.window.size.seconds': {
    type: int(1),
    fallback: '1',
    about: 'How long such a window is.',
  },
  'offset.metadata.max.bytes': {
    type: int(),
    fallback: '4096',
    about: 'The longest note that may be committed with an offset.',
  },
  'offsets.retention.minutes': {
    type: int(1),
    fallback: '10080',
    about: 'How long the offsets of a group without members are kept.',
  },
  'producer.id.expiration.ms': {
    type: int(1),
    fallback: '86400000',
    about: 'How long the state of an idempotent producer is kept after its last record.',
  },
  'log.cleaner.enable': {
    type: bool,
    fallback: 'true',
    about: 'Whether compacted topics are compacted.',
  },
  'log.cleaner.backoff.ms': {
    type: long(),
    fallback: '15000',
    about: 'How long the cleaner waits when there is nothing to compact.',
  },
  'log.cleaner.dedupe.buffer.size': {
    type: long(1024n, 2n ** 32n),
    fallback: '134217728',
    about:
      'How many bytes of memory the keys of one compaction may take (24 a key); what does not fit waits for the next.',
  },
  'log.retention.check.interval.ms': {
    type: long(1n),
    fallback: '300000',
    about: 'How often old segments are looked for.',
  },
} as const satisfies Record<string, BrokerConfig>

export type BrokerConfigName = keyof typeof brokerConfigs

/** Kafka's coarser synonyms: the finer key wins where both are given. */
const coarser: Record<string, { readonly key: string; readonly factor: number }> = {
  'log.retention.minutes': { key: 'log.retention.ms', factor: 60_000 },
  'log.retention.hours': { key: 'log.retention.ms', factor: 3_600_000 },
  'log.roll.hours': { key: 'log.roll.ms', factor: 3_600_000 },
}

export class BrokerSettings {
  readonly #given: ReadonlyMap<string, string>

  private constructor(given: ReadonlyMap<string, string>) {
    this.#given = given
  }

  /** Throws 'setting-invalid' where a known key has a wrong value, or a key is unknown. */
  static from(config: Readonly<Record<string, string>>): BrokerSettings {
    const given = new Map<string, string>()
    for (const [name, { key, factor }] of Object.entries(coarser)) {
      const value = config[name]
      if (value === undefined || given.has(key)) continue
      check(name, value, long(-1n))
      given.set(key, Number(value) < 0 ? '-1' : String(Number(value) * factor))
    }
    for (const [name, value] of Object.entries(config)) {
      if (name in coarser) continue
      check(name, value, typeOf(name))
      given.set(name, value)
    }
    return new BrokerSettings(given)
  }

  /** The value of a key of the broker's own, as text. */
  text(name: BrokerConfigName): string {
    return this.#given.get(name) ?? brokerConfigs[name].fallback
  }

  number(name: BrokerConfigName): number {
    return Number(this.text(name))
  }

  flag(name: BrokerConfigName): boolean {
    return this.text(name).toLowerCase() === 'true'
  }

  /** The value that topics without their own configuration have. */
  topicDefault(name: TopicConfigName): string {
    const { synonym, fallback } = topicConfigs[name]
    return this.#given.get(synonym) ?? fallback
  }

  /** Whether somebody set this key, rather than leaving Kafka's default. */
  isGiven(name: string): boolean {
    return this.#given.has(name)
  }
}

function typeOf(name: string): ConfigType | undefined {
  if (Object.hasOwn(brokerConfigs, name)) return brokerConfigs[name as BrokerConfigName].type
  return Object.values(topicConfigs).find(({ synonym }) => synonym === name)?.type
}

function check(name: string, value: string, type: ConfigType | undefined): void {
  if (type === undefined) {
    throw brokerError('setting-invalid', { name, value, expected: 'a key that leat knows' })
  }
  if (!type.accepts(value)) {
    throw brokerError('setting-invalid', { name, value, expected: type.expected })
  }
}
