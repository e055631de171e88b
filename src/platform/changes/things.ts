/** What leat.yml declares, thing by thing, as texts that can be compared and shown. */
import { type Address, formatAddress } from '../addresses.ts'
import type { Config } from '../config.ts'
import { mirrorConnectors } from '../mirrors.ts'

/** In the order in which they are told. */
export const kinds = [
  'part',
  'listener',
  'topic',
  'user',
  'rule',
  'quota',
  'route',
  'pipeline',
  'connector',
  'mirror',
] as const
export type Kind = (typeof kinds)[number]

export type Says = Readonly<Record<string, string>>

export interface Thing {
  readonly kind: Kind
  readonly name: string
  readonly says: Says
  /** Of these keys the files say nothing: they are there by default. */
  readonly defaults?: readonly string[]
}

export function keyOf({ kind, name }: Pick<Thing, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

/** `connectors` are those of `connect:` and of pipelines' targets. */
export function thingsOf(config: Config, connectors: Readonly<Record<string, Says>>): Thing[] {
  const { kafka, mqtt, access, mirrors } = config
  const written = Object(config.written) as Written
  const some = (kind: Kind, all: Readonly<Record<string, unknown>> | undefined): Thing[] =>
    Object.entries(all ?? {}).map(([name, value]) => ({ kind, name, says: flat(value) }))
  const { brokers, listeners, topics } = kafka
  const isOwn = kafka.enabled && brokers === undefined
  const writtenParts = partsOf(written)
  return [
    ...some('part', partsOf(config)).map((one) => withDefaults(one, writtenParts[one.name])),
    ...(isOwn ? listeners : []).map((door, index) =>
      withDefaults(listener('kafka', door), written.kafka?.listeners?.[index]),
    ),
    ...(mqtt?.listeners ?? []).map((door, index) =>
      withDefaults(listener('mqtt', door), written.mqtt?.listeners?.[index]),
    ),
    ...(isOwn ? Object.entries(topics) : []).map(([name, topic]) => topicThing(name, topic)),
    ...some(
      'user',
      access && Object.fromEntries(Object.keys(access.users).map((one) => [one, {}])),
    ),
    ...(access?.acls.flat() ?? []).map(ruleThing),
    ...(access?.quotas ?? []).map(({ entity, values }) => quotaThing(entity, values)),
    ...(mqtt?.routes ?? []).map(({ from, ...rest }, index) =>
      withDefaults({ kind: 'route', name: from, says: flat(rest) }, written.mqtt?.routes?.[index]),
    ),
    // What is read of them are functions.
    ...some('pipeline', written.pipelines),
    ...Object.entries({ ...connectors, ...mirrorConnectors(mirrors ?? []) }).map(([name, says]) =>
      connectorThing(name, says),
    ),
  ]
}

/** The same parts as the files have them: some, with some of their settings. */
type Written = {
  readonly [Part in Exclude<keyof Config, 'written'>]?:
    | Partial<NonNullable<Config[Part]>>
    | undefined
}

/** By name; of what was read, and of what is written. */
function partsOf({ kafka, mqtt, registry, connect, console, audit }: Written) {
  const { enabled = true, brokers, durability, config: keys } = kafka ?? {}
  return {
    ...(enabled && { kafka: brokers === undefined ? { durability, ...keys } : { brokers } }),
    ...(mqtt && { mqtt: mqtt.limits }),
    ...(registry && { registry }),
    ...(connect && { connect: { ...connect, connectors: undefined } }),
    ...(console && { console }),
    ...(audit && { audit }),
  } as Readonly<Record<string, unknown>>
}

function withDefaults(thing: Thing, written: unknown): Thing {
  const said = flat(written)
  return { ...thing, defaults: Object.keys(thing.says).filter((key) => !(key in said)) }
}

export function topicThing(
  name: string,
  topic: { readonly partitions?: number | undefined; readonly config?: Says | undefined },
): Thing {
  const { partitions, config } = topic
  const count = partitions === undefined ? {} : { partitions: String(partitions) }
  return { kind: 'topic', name, says: { ...count, ...config } }
}

/** Mirrors are connectors, of three classes. */
export function connectorThing(name: string, config: Says): Thing {
  const isMirror = /Mirror(Source|Checkpoint|Heartbeat)Connector$/.test(
    config['connector.class'] ?? '',
  )
  const { name: _, ...says } = config
  return { kind: isMirror ? 'mirror' : 'connector', name, says }
}

export function ruleThing(rule: {
  readonly resourceType: string
  readonly name: string
  readonly pattern: string
  readonly principal: string
  readonly host: string
  readonly operation: string
  readonly permission: string
}): Thing {
  const { resourceType, pattern, principal, host, operation, permission } = rule
  const which = `${resourceType} ${rule.name}${pattern === 'Prefixed' ? '…' : ''}`
  const from = host === '*' ? '' : ` from ${host}`
  const name = `${permission} ${principal} ${operation} ${which}${from}`
  return { kind: 'rule', name, says: {} }
}

export function quotaThing(entity: Readonly<Record<string, unknown>>, values: object): Thing {
  const whose = Object.entries(entity).map(([type, name]) => `${type} ${name ?? '*'}`)
  return { kind: 'quota', name: whose.sort().join(', '), says: flat(values) }
}

function listener(part: string, door: { readonly bind: Address } & object): Thing {
  const { bind, ...rest } = door
  const { principalMappingRules, ...says } = flat(rest)
  const isUsual = principalMappingRules === undefined || principalMappingRules === 'DEFAULT'
  return {
    kind: 'listener',
    name: `${part} ${formatAddress(bind)}`,
    says: isUsual ? says : { ...says, principalMappingRules },
  }
}

/** Values by their paths: `{ a: { b: 1 } }` is `a.b: 1`. */
function flat(value: unknown, path = ''): Record<string, string> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object') return { [path || 'value']: String(value) }
  if (isAddress(value)) return { [path]: formatAddress(value) }
  if (Array.isArray(value)) {
    const items = value.map((item) => (isAddress(item) ? formatAddress(item) : item))
    const texts = items.map((item) => (typeof item === 'object' ? JSON.stringify(item) : `${item}`))
    return { [path || 'value']: texts.join(', ') }
  }
  const all = Object.entries(value).map(([name, item]) =>
    flat(item, path === '' ? name : `${path}.${name}`),
  )
  return Object.assign({}, ...all)
}

function isAddress(value: unknown): value is Address {
  return Object.keys(Object(value)).sort().join() === 'host,port'
}
