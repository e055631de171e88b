/** From where a program looks to all that is said of its service: its own words, over those of a file or a server. */
import { findOnServer } from './config-server.ts'
import { decrypted } from './encrypted-values.ts'
import { serviceError } from './errors.ts'
import type { CommonParameters } from './given.ts'
import { type PrivateKey, readPrivateKey } from './private-key.ts'
import type { ServiceEntry } from './service-entry.ts'
import { findInFile } from './service-file.ts'
import type { ServiceSurroundings } from './surroundings.ts'
import { isValueType } from './value-type-of.ts'
import { isMapping, mappingAt, merged, type Settings } from './values.ts'

export interface Gathered {
  /** Undefined where there is no file. */
  readonly service: string | undefined
  readonly parameters: Settings
  /** Broker options. */
  readonly spec: Settings
}

/** SINETStream's own parameters. In files of versions 1 and 2 all others are the broker's. */
const own = new Set([
  ...['type', 'brokers', 'topic', 'topics', 'client_id', 'consistency', 'value_type'],
  ...['data_compression', 'compression', 'data_encryption', 'crypto', 'user_data_only'],
  ...['message_format', 'receive_timeout_ms', 'tls', 'type_spec'],
  ...['retry', 'dead_letters', 'cloudevents'],
])
/** Where to look, not what for. */
const whereabouts = new Set(['service', 'config', 'config_file', 'no_config'])

/** @throws SINETStream's errors */
export async function gather(
  given: CommonParameters,
  surroundings: ServiceSurroundings,
): Promise<Gathered> {
  const said = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !whereabouts.has(name) && value !== undefined),
  )
  if (given.no_config === true) return { service: undefined, ...split(said, {}, 3, surroundings) }
  const key = onlyOnce(() => readPrivateKey(surroundings))
  const entry = await find(given, surroundings, key)
  const found = decrypted(entry.settings, () => fitting(key(), entry))
  return { service: entry.service, ...split(said, found, entry.version, surroundings) }
}

async function find(
  { service, config, config_file }: CommonParameters,
  surroundings: ServiceSurroundings,
  key: () => PrivateKey,
): Promise<ServiceEntry> {
  if (config === undefined) return findInFile(service, config_file, surroundings)
  if (config_file === undefined) return await findOnServer(service, config, surroundings, key)
  throw serviceError('parameters-exclude', { names: ['config', 'config_file'] })
}

function fitting(key: PrivateKey, { fingerprint, source }: ServiceEntry): PrivateKey {
  const wanted = fingerprint?.replace(/=+$/, '')
  if (wanted === undefined || wanted === key.fingerprint) return key
  throw serviceError('key-mismatch', { source, wanted, path: key.path, is: key.fingerprint })
}

/** Parameters and broker options apart, what the program says over what was found. */
function split(
  said: Settings,
  found: Settings,
  version: ServiceEntry['version'],
  { logger }: ServiceSurroundings,
): Omit<Gathered, 'service'> {
  const parameters = {
    ...merged(withoutTopics(found, said), said),
    value_type: valueTypeOver(found.value_type, said.value_type),
  }
  const others = Object.entries(parameters).filter(([name]) => !own.has(name))
  if (version === 3) {
    const sentence =
      "A parameter is not known and goes unheeded; broker options stand in 'type_spec'"
    for (const [option] of others) logger.warn(sentence, { option })
    return { parameters, spec: mappingAt(parameters, 'type_spec') }
  }
  if (found.type_spec !== undefined) {
    const sentence =
      "In files of versions 1 and 2 broker options stand beside 'type', and this goes unheeded"
    logger.warn(sentence, { option: 'type_spec' })
  }
  // What the program says has one place only, whatever the version of the file.
  return { parameters, spec: merged(Object.fromEntries(others), mappingAt(said, 'type_spec')) }
}

/** A program that names its topics, by either word, does not mean the file's. */
function withoutTopics(found: Settings, said: Settings): Settings {
  if (said.topic === undefined && said.topics === undefined) return found
  const { topic: _, topics: __, ...rest } = found
  return rest
}

/** A type that the program gives as an object stays that object; arguments belong to the name they came with. */
function valueTypeOver(found: unknown, said: unknown): unknown {
  const [below, above] = [named(found), named(said)]
  if (above === undefined || above === null) return below
  if (!isMapping(above) || !isMapping(below) || isValueType(above)) return above
  const isOther = above.name !== undefined && above.name !== below.name
  return isOther ? above : merged(below, above)
}

function named(valueType: unknown): unknown {
  return typeof valueType === 'string' ? { name: valueType, args: {} } : valueType
}

function onlyOnce<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
