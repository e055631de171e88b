/** From what a program gives and what its service file says to complete, checked parameters. */
import { homedir } from 'node:os'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { type Random, systemRandom, uuidBytes } from '../../base/random.ts'
import { codingOf } from './coding-of.ts'
import { serviceError } from './errors.ts'
import type { CommonParameters, ReaderParameters, WriterParameters } from './given.ts'
import type { ServiceParameters } from './parameters.ts'
import { findService, type Place } from './service-file.ts'
import { tlsOf } from './tls-of.ts'
import {
  choiceAt,
  isMapping,
  listAt,
  merged,
  numberAt,
  type Settings,
  textAt,
  wrong,
} from './values.ts'

export interface ResolveOptions extends Partial<Place> {
  readonly logger?: Logger
  readonly random?: Random
}

const defaults: Settings = {
  consistency: 'AT_MOST_ONCE',
  value_type: { name: 'byte_array' },
  compression: { algorithm: 'gzip' },
}

/** SINETStream's own parameters. In files of versions 1 and 2 all others are the broker's. */
const own = new Set([
  ...['type', 'brokers', 'topic', 'topics', 'client_id', 'consistency', 'value_type'],
  ...['data_compression', 'compression', 'data_encryption', 'crypto', 'user_data_only'],
  ...['message_format', 'receive_timeout_ms', 'tls', 'type_spec'],
  ...['value_serializer', 'value_deserializer'],
])
/** Where to look, not what for. */
const whereabouts = new Set(['service', 'config_file', 'no_config'])

const consistencies = ['AT_MOST_ONCE', 'AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const

/** @throws SINETStream's errors */
export async function resolveReader(
  given: Omit<ReaderParameters, 'value_type'> & Pick<CommonParameters, 'value_type'>,
  options: ResolveOptions = {},
): Promise<ServiceParameters> {
  const { parameters, ...rest } = gather(given, options)
  const topics = listAt(parameters, 'topics') ?? listAt(parameters, 'topic') ?? []
  if (topics.length === 0) {
    throw serviceError('parameter-missing', { name: 'topics', cure: 'give at least one topic' })
  }
  return complete(parameters, topics, { ...rest, options })
}

/** @throws SINETStream's errors */
export async function resolveWriter(
  given: Omit<WriterParameters, 'value_type'> & Pick<CommonParameters, 'value_type'>,
  options: ResolveOptions = {},
): Promise<ServiceParameters> {
  const { parameters, ...rest } = gather(given, options)
  const topics = listAt(parameters, 'topic') ?? listAt(parameters, 'topics') ?? []
  if (topics.length !== 1) throw wrong('topic', topics, 'exactly one topic: a writer has one')
  return complete(parameters, topics, { ...rest, options })
}

interface Gathered {
  readonly parameters: Settings
  readonly service: string | undefined
  readonly version: 1 | 2 | 3
}

function gather(given: object, options: ResolveOptions): Gathered {
  const passed = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !whereabouts.has(name) && value !== undefined),
  )
  const { service, config_file, no_config } = given as CommonParameters
  if (no_config === true) {
    return { parameters: merged(defaults, normal(passed)), service, version: 3 }
  }
  const { workingFolder = process.cwd(), homeFolder = homedir() } = options
  const entry = findService(service, config_file, { workingFolder, homeFolder })
  const settings = merged(merged(defaults, normal(entry.settings)), normal(passed))
  return { parameters: settings, service: entry.service, version: entry.version }
}

/** A name alone is a mapping with a name, so that mappings are merged. */
function normal(settings: Settings): Settings {
  const { value_type } = settings
  return typeof value_type === 'string'
    ? { ...settings, value_type: { name: value_type, args: {} } }
    : settings
}

function complete(
  parameters: Settings,
  topics: readonly string[],
  {
    service,
    version,
    options,
  }: Omit<Gathered, 'parameters'> & { readonly options: ResolveOptions },
): ServiceParameters {
  const type = textAt(parameters, 'type')
  if (type === undefined) {
    const cure = 'give kafka, mqtt, s3 or iostream'
    throw serviceError('parameter-missing', { name: 'type', cure })
  }
  const tls = tlsOf(parameters)
  const clientId = textAt(parameters, 'client_id')
  return {
    service,
    type,
    brokers: brokersOf(parameters, type, tls !== undefined),
    topics,
    clientId: clientId || `sinetstream-${uuidText(options.random ?? systemRandom)}`,
    consistency: choiceAt(parameters, 'consistency', consistencies, 'AT_MOST_ONCE'),
    valueType: valueTypeOf(parameters.value_type),
    coding: codingOf(parameters),
    receiveTimeoutMs: numberAt(parameters, 'receive_timeout_ms', 0) ?? Number.POSITIVE_INFINITY,
    tls,
    spec: specOf(parameters, version, options.logger ?? silentLogger),
  }
}

function valueTypeOf(given: unknown): ServiceParameters['valueType'] {
  const isPlain = isMapping(given) && !('encode' in given) && !('~standard' in given)
  if (!isPlain) return { name: 'custom', args: {}, custom: given }
  const name = textAt(given, 'name', 'value_type.name') ?? 'byte_array'
  const { args } = given
  if (args !== undefined && args !== null && !isMapping(args)) {
    throw wrong('value_type.args', args, 'a mapping')
  }
  return { name, args: args ?? {} }
}

const defaultPorts: Readonly<Record<string, readonly [plain: number, tls: number]>> = {
  kafka: [9092, 9092],
  mqtt: [1883, 8883],
}
const webSocketPorts = [80, 443] as const

function brokersOf(parameters: Settings, type: string, hasTls: boolean): string[] {
  const brokers = listAt(parameters, 'brokers')
  if (type === 's3') {
    if (brokers !== undefined) throw serviceError('brokers-forbidden', undefined)
    return []
  }
  const portsOfType = defaultPorts[type]
  // Whether there is such a type is said by whoever lists the transports.
  if (portsOfType === undefined) return []
  if (brokers === undefined || brokers.length === 0) {
    const cure = "give HOST:PORT, such as '127.0.0.1:9092'"
    throw serviceError('parameter-missing', { name: 'brokers', cure })
  }
  if (type === 'mqtt' && brokers.length > 1) throw wrong('brokers', brokers, 'one broker for mqtt')
  const isWeb = [parameters, parameters.type_spec].some(
    (where) => isMapping(where) && where.transport === 'websockets',
  )
  const port = (isWeb ? webSocketPorts : portsOfType)[hasTls ? 1 : 0]
  return brokers.map((broker) => (/:\d+$/.test(broker) ? broker : `${broker}:${port}`))
}

function specOf(parameters: Settings, version: 1 | 2 | 3, logger: Logger): Settings {
  const others = Object.entries(parameters).filter(([name]) => !own.has(name))
  const { type_spec } = parameters
  if (version < 3) return Object.fromEntries(others)
  for (const [option] of others) {
    logger.warn("A parameter is not known and goes unheeded; broker options stand in 'type_spec'", {
      option,
    })
  }
  if (type_spec === undefined || type_spec === null) return {}
  if (!isMapping(type_spec)) throw wrong('type_spec', type_spec, 'a mapping')
  return type_spec
}

function uuidText(random: Random): string {
  return uuidBytes(random)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
