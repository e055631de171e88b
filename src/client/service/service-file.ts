/** Service files of versions 1, 2 and 3: where they lie, and what they say of one service. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { systemCode } from '../../base/errors.ts'
import { serviceError } from './errors.ts'
import { isMapping, type Settings } from './values.ts'

/** Where files are looked for. */
export interface Place {
  readonly workingFolder: string
  readonly homeFolder: string
}

export interface ServiceEntry {
  readonly service: string
  readonly path: string
  readonly version: 1 | 2 | 3
  readonly settings: Settings
}

/**
 * The service of that name, or the only one. The first file that exists counts; nothing is merged.
 * @throws NoConfigError, NoServiceError, InvalidConfigError
 */
export function findService(
  service: string | undefined,
  configFile: string | undefined,
  place: Place,
): ServiceEntry {
  const { path, text } = findFile(configFile, place)
  const content = parse(path, text)
  const { version, services } = servicesOf(path, content)
  const names = Object.keys(services)
  if (names.length === 0) throw invalid(path, 'it has no service; write one')
  const [only = ''] = names
  if (service === undefined && names.length > 1) {
    throw serviceError('service-ambiguous', { path, services: names })
  }
  const name = service ?? only
  if (!Object.hasOwn(services, name)) {
    throw serviceError('no-service', { service: name, path, services: names })
  }
  const settings = services[name]
  if (!isMapping(settings)) throw invalid(path, `service '${name}' is not a mapping of parameters`)
  return { service: name, path, version, settings }
}

function findFile(configFile: string | undefined, { workingFolder, homeFolder }: Place) {
  const candidates =
    configFile === undefined
      ? [
          join(workingFolder, '.sinetstream_config.yml'),
          join(homeFolder, '.config', 'sinetstream', 'config.yml'),
        ]
      : [resolve(workingFolder, configFile.replace(/^~(?=\/)/, homeFolder))]
  for (const path of candidates) {
    try {
      return { path, text: readFileSync(path, 'utf8') }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue
      throw invalid(path, `it cannot be read (${systemCode(error)}); is it a file of yours?`)
    }
  }
  throw serviceError('no-config', { looked: candidates })
}

/** As PyYAML reads it: YAML 1.1, where `yes` is true and `!!binary` gives bytes. */
function parse(path: string, text: string): unknown {
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent', prettyErrors: true })
  const [error] = document.errors
  if (error !== undefined) throw invalid(path, error.message)
  const unknownTag = document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED')
  if (unknownTag !== undefined) {
    throw text.includes('!sinetstream/encrypted')
      ? serviceError('not-supported', { what: `${path}: an encrypted value` })
      : invalid(path, unknownTag.message)
  }
  return document.toJS()
}

function servicesOf(
  path: string,
  content: unknown,
): Pick<ServiceEntry, 'version'> & {
  services: Settings
} {
  if (!isMapping(content)) throw invalid(path, 'it is not a mapping of services')
  if (!Object.hasOwn(content, 'header')) return { version: 1, services: content }
  const { header, config } = content
  const version = isMapping(header) ? (header.version ?? 3) : 3
  if (version !== 2 && version !== 3) {
    throw invalid(path, `the header's version is ${JSON.stringify(version)}; write 2 or 3`)
  }
  if (!isMapping(config)) throw invalid(path, "with a header, the services stand under 'config'")
  return { version, services: config }
}

function invalid(path: string, why: string) {
  return serviceError('config-invalid', { path, why })
}
