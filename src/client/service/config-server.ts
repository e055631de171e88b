/** Services of a SINETStream configuration server: settings, with attachments and secrets put in their places. */
import { type ConfigServer, openConfigServer } from './config-server-api.ts'
import { EncryptedValue } from './encrypted-values.ts'
import { serviceError } from './errors.ts'
import type { PrivateKey } from './private-key.ts'
import { chooseService, type ServiceEntry } from './service-entry.ts'
import type { ServiceSurroundings } from './surroundings.ts'
import { isMapping, type Settings } from './values.ts'

/**
 * The service of that name in a configuration, or the only one.
 * @throws NoConfigError, NoServiceError, InvalidConfigError, AuthorizationError, ConnectionError
 */
export async function findOnServer(
  service: string | undefined,
  config: string,
  surroundings: ServiceSurroundings,
  privateKey: () => PrivateKey,
): Promise<ServiceEntry> {
  const server = await openConfigServer(surroundings)
  const refuse = (why: string) => {
    const { address } = server
    return serviceError('server-answer', { address, what: `configuration '${config}'`, why })
  }
  const answer = await server.config(config)
  if (answer.name !== config) throw refuse("its 'name' is another")
  const { header, config: services } = mappingOf(answer.config)
  const { version } = mappingOf(header)
  if (version !== 2 && version !== 3) throw refuse("its header's 'version' is neither 2 nor 3")
  if (!isMapping(services)) throw refuse("it has no services under 'config'")

  const source = `the configuration '${config}' of ${server.address}`
  const { service: name, settings } = chooseService(services, service, source)
  const attachments = placed(answer.attachments, name, refuse)
  const secrets = placed(answer.secrets, name, refuse)
  return {
    source,
    version,
    service: name,
    settings: await withSecrets(withAttachments(settings, attachments, refuse), secrets, {
      refuse,
      fetchSecret: async (id, target) =>
        await fetchSecret(server, id, target, privateKey().fingerprint, surroundings),
    }),
    // Its secrets come encrypted for whatever key the user has.
    fingerprint: undefined,
  }
}

type Refuse = (why: string) => Error

interface Placed {
  /** Within the service. */
  readonly path: readonly string[]
  readonly target: string
  readonly entry: Settings
}

/** Those of a list's entries whose target is in this service: `SERVICE.a.b` or `*.a.b`. */
function placed(list: unknown, service: string, refuse: Refuse): Placed[] {
  if (list === undefined || list === null) return []
  if (!Array.isArray(list) || !list.every(isMapping)) {
    throw refuse('its attachments or secrets are no list of objects')
  }
  return list.flatMap((entry: Settings) => {
    const target = typeof entry.target === 'string' ? entry.target : ''
    const [first, ...path] = target.split('.')
    if (path.length === 0) throw refuse("a 'target' is not as SERVICE.PARAMETER")
    return first === '*' || first === service ? [{ path, target, entry }] : []
  })
}

function withAttachments(settings: Settings, attachments: readonly Placed[], refuse: Refuse) {
  return attachments.reduce((result, { path, entry }) => {
    if (typeof entry.value !== 'string') throw refuse("an attachment's 'value' is no text")
    return withValue(result, path, Buffer.from(entry.value, 'base64'), refuse)
  }, settings)
}

/** A `crypto.key` with several versions becomes `crypto._keys`; of anything else the newest counts. */
async function withSecrets(
  settings: Settings,
  secrets: readonly Placed[],
  { refuse, fetchSecret }: Fetching,
): Promise<Settings> {
  let result = settings
  for (const { path, target, entry } of secrets) {
    const versions = versionsOf(entry, refuse)
    if (versions === undefined) {
      result = withValue(result, path, await fetchSecret(entry.id, target), refuse)
    } else if (path.join('.') === 'crypto.key') {
      const keys: Record<string, EncryptedValue> = {}
      for (const { id, version } of versions) keys[version] = await fetchSecret(id, target)
      result = withValue(result, ['crypto', '_keys'], keys, refuse)
    } else {
      result = withValue(result, path, await fetchSecret(newest(versions), target), refuse)
    }
  }
  return result
}

interface Fetching {
  readonly refuse: Refuse
  readonly fetchSecret: (id: unknown, target: string) => Promise<EncryptedValue>
}

interface Version {
  readonly id: unknown
  readonly version: number
}

function versionsOf({ ids, target }: Settings, refuse: Refuse): Version[] | undefined {
  if (ids === undefined || ids === null) return undefined
  const isVersion = (one: unknown): one is Version =>
    isMapping(one) && typeof one.id === 'string' && typeof one.version === 'number'
  if (Array.isArray(ids) && ids.length > 0 && ids.every(isVersion)) return ids
  throw refuse(`the 'ids' of '${target}' are no list of {id, version}`)
}

function newest(versions: readonly Version[]): unknown {
  return versions.reduce((last, one) => (one.version > last.version ? one : last)).id
}

async function fetchSecret(
  server: ConfigServer,
  id: unknown,
  target: string,
  fingerprint: string,
  { logger }: ServiceSurroundings,
): Promise<EncryptedValue> {
  const { address } = server
  const what = `secret '${id}'`
  const refuse = (why: string) => serviceError('server-answer', { address, what, why })
  if (typeof id !== 'string') throw refuse("its 'id' is no text")
  const answer = await server.secret(id, fingerprint)
  if (answer.id !== id || answer.target !== target) throw refuse('it is another')
  if (typeof answer.value !== 'string') throw refuse("its 'value' is no text")
  if (answer.fingerprint !== fingerprint) {
    const facts = { id, is: answer.fingerprint, asked: fingerprint }
    logger.warn('A secret of the configuration server is for another key', facts)
  }
  return new EncryptedValue(Buffer.from(answer.value, 'base64'))
}

function mappingOf(value: unknown): Settings {
  return isMapping(value) ? value : {}
}

function withValue(
  settings: Settings,
  [name = '', ...rest]: readonly string[],
  value: unknown,
  refuse: Refuse,
): Settings {
  if (rest.length === 0) return { ...settings, [name]: value }
  const below = Object.hasOwn(settings, name) ? settings[name] : {}
  if (!isMapping(below)) throw refuse(`'${name}' is no mapping, but a target goes through it`)
  return { ...settings, [name]: withValue(below, rest, value, refuse) }
}
