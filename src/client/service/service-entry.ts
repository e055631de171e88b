import { serviceError } from './errors.ts'
import { isMapping, type Settings } from './values.ts'

/** What a file or a configuration server says of one service; encrypted values are still closed. */
export interface ServiceEntry {
  readonly service: string
  /** Where it stands, for errors. */
  readonly source: string
  readonly version: 1 | 2 | 3
  /** Of the key that its values are encrypted for, where that is said. */
  readonly fingerprint: string | undefined
  readonly settings: Settings
}

/**
 * The service of that name, or the only one.
 * @throws NoConfigError, NoServiceError, InvalidConfigError
 */
export function chooseService(
  services: Settings,
  name: string | undefined,
  source: string,
): Pick<ServiceEntry, 'service' | 'settings'> {
  const names = Object.keys(services)
  const [only, ...others] = names
  if (name === undefined && others.length > 0) {
    throw serviceError('service-ambiguous', { source, services: names })
  }
  const service = name ?? only
  if (service === undefined) throw serviceError('config-empty', { source })
  if (!Object.hasOwn(services, service)) {
    throw serviceError('no-service', { service, source, services: names })
  }
  const settings = services[service]
  if (settings === null) throw serviceError('service-empty', { service, source })
  if (!isMapping(settings)) {
    const why = `the service '${service}' is not a mapping of parameters.`
    throw serviceError('config-invalid', { source, why })
  }
  return { service, settings }
}
