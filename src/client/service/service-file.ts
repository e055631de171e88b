/** Service files of versions 1, 2 and 3: where they lie, and what they say of one service. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { serviceError } from './errors.ts'
import { chooseService, type ServiceEntry } from './service-entry.ts'
import type { ServiceSurroundings } from './surroundings.ts'
import { isMapping, type Settings } from './values.ts'
import { readYaml } from './yaml-of-python.ts'

/**
 * The service of that name, or the only one. The first file that exists and says something counts;
 * nothing is merged.
 * @throws NoConfigError, NoServiceError, InvalidConfigError
 */
export function findInFile(
  service: string | undefined,
  configFile: string | undefined,
  surroundings: ServiceSurroundings,
): ServiceEntry {
  const { path, content } = findContent(candidates(configFile, surroundings), surroundings)
  const { services, ...header } = servicesOf(path, content)
  if (Object.keys(services).length === 0) throw invalid(path, 'it has no service; write one.')
  return { source: path, ...header, ...chooseService(services, service, path) }
}

function candidates(
  configFile: string | undefined,
  { workingFolder, homeFolder }: ServiceSurroundings,
): string[] {
  if (configFile !== undefined) {
    return [resolve(workingFolder, configFile.replace(/^~(?=\/|$)/, homeFolder))]
  }
  return [
    join(workingFolder, '.sinetstream_config.yml'),
    join(homeFolder, '.config', 'sinetstream', 'config.yml'),
  ]
}

function findContent(paths: readonly string[], { logger }: ServiceSurroundings) {
  const looked: string[] = []
  for (const path of paths) {
    const text = textOf(path)
    if (text === undefined) {
      looked.push(path)
      continue
    }
    const read = readYaml(text)
    if ('fault' in read) {
      const { line, column, why } = read.fault
      throw invalid(`${path}:${line}:${column}`, `it is no YAML: ${why}.`)
    }
    for (const { line } of read.duplicates) {
      logger.warn('A key stands twice in a service file; the last one counts', { path, line })
    }
    if (!isEmpty(read.content)) return { path, content: read.content }
    looked.push(`${path} (which is empty)`)
  }
  throw serviceError('no-config', { looked })
}

function textOf(path: string): string | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw invalid(path, `it cannot be read (${systemCode(error)}); is it a file of yours?`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw serviceError('config-invalid', { source: path, why: 'it is not in UTF-8.' }, { cause })
  }
}

/** As Python counts it. */
function isEmpty(content: unknown): boolean {
  return !content || (typeof content === 'object' && Object.keys(content).length === 0)
}

function servicesOf(
  path: string,
  content: unknown,
): Pick<ServiceEntry, 'version' | 'fingerprint'> & { readonly services: Settings } {
  if (!isMapping(content)) throw invalid(path, 'it is not a mapping of services.')
  if (!Object.hasOwn(content, 'header')) {
    return { version: 1, fingerprint: undefined, services: content }
  }
  const { header, config } = content
  const { version = 3, fingerprint } = isMapping(header) ? header : {}
  if (version !== 2 && version !== 3) {
    throw invalid(path, `the header's version is ${JSON.stringify(version)}; write 2 or 3.`)
  }
  if (fingerprint !== undefined && fingerprint !== null && typeof fingerprint !== 'string') {
    throw invalid(path, "the header's fingerprint is no text; put it in quotes.")
  }
  if (!isMapping(config)) throw invalid(path, "with a header, the services stand under 'config'.")
  return { version, fingerprint: fingerprint ?? undefined, services: config }
}

function invalid(source: string, why: string) {
  return serviceError('config-invalid', { source, why })
}
