/** The file of a bridge: a service file with a service of type `bridge`, as SINETStream's bridge reads it. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { systemCode } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import { cliError } from '../errors.ts'

export interface BridgeSettings {
  /** The bridge's own name in the file. */
  readonly name: string
  readonly path: string
  /** Names of services, from which and to which messages go. */
  readonly readers: readonly string[]
  readonly writers: readonly string[]
  /** The service that also gets what the bridge says of itself. */
  readonly report: string | undefined
  /** So many messages of a reader may be on their way at once. */
  readonly maxQueueLength: number
  readonly retry: RetrySettings
}

export interface RetrySettings {
  /** So many failures in a row end a service. */
  readonly connectMax: number
  /** Before the first attempt; doubles with each that fails. */
  readonly minDelayMs: number
  readonly maxDelayMs: number
}

type Mapping = Readonly<Record<string, unknown>>

/** Reads the file of that path, or the first that exists of the usual ones. Throws 'usage'. */
export function readBridgeFile(path: string | undefined, name: string | undefined): BridgeSettings {
  const usual = ['.sinetstream_config.yml', join(homedir(), '.config', 'sinetstream', 'config.yml')]
  const candidates = path === undefined ? usual : [path]
  for (const candidate of candidates) {
    try {
      return bridgeOf(candidate, readFileSync(candidate, 'utf8'), name)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue
      const code = systemCode(error)
      throw code === undefined ? error : wrong(candidate, `it cannot be read (${code})`)
    }
  }
  throw wrong(candidates.join(', '), "there is no such file; write one, or name it by '-f'")
}

/** The bridge of that name in a file's text, or its only one. Throws 'usage'. */
export function bridgeOf(path: string, text: string, given: string | undefined): BridgeSettings {
  const services = servicesOf(path, text)
  const bridges = Object.keys(services).filter((name) => isBridge(services[name]))
  const name = given ?? bridges[0]
  if (name === undefined) throw wrong(path, "it has no service with 'type: bridge'; write one")
  if (given === undefined && bridges.length > 1) {
    throw wrong(path, `it has the bridges ${bridges.join(', ')}; say which by '-s'`)
  }
  if (!bridges.includes(name)) throw wrong(path, `it has no service '${name}' with 'type: bridge'`)

  const fail = (key: string, what: string) => wrong(path, `'${name}.${key}' ${what}`)
  const mapping = (value: unknown, key: string, known: readonly string[]): Mapping => {
    if (!isMapping(value)) throw fail(key, 'is no mapping; write one')
    const stranger = Object.keys(value).find((one) => !known.includes(one))
    if (stranger === undefined) return value
    const meant = nearest(stranger, known)
    const cure = meant === undefined ? `known are ${known.join(', ')}` : `did you mean '${meant}'?`
    throw fail(`${key}.${stranger}`, `is unknown; ${cure}`)
  }
  const bridge = mapping((services[name] as Mapping).bridge, 'bridge', bridgeKeys)
  const retry = mapping(bridge.retry ?? {}, 'bridge.retry', retryKeys)
  const servicesAt = (key: 'reader' | 'writer'): string[] => {
    const list = bridge[key]
    if (!Array.isArray(list) || list.length === 0 || new Set(list).size < list.length) {
      throw fail(`bridge.${key}`, 'is no list of services, each of them once; write one')
    }
    for (const one of list) known(`bridge.${key}`, one)
    return list
  }
  const known = (key: string, service: unknown): string => {
    if (typeof service === 'string' && isMapping(services[service])) return service
    throw fail(key, `names '${service}', which is no service of the file`)
  }
  const positive = (settings: Mapping, key: string, place: string, fallback: number): number => {
    const value = settings[key] ?? fallback
    if (typeof value === 'number' && value > 0) return value
    throw fail(`${place}.${key}`, 'is no number above 0; write one')
  }
  return {
    name,
    path,
    readers: servicesAt('reader'),
    writers: servicesAt('writer'),
    report: bridge.report === undefined ? undefined : known('bridge.report', bridge.report),
    maxQueueLength: Math.ceil(positive(bridge, 'max_qlen', 'bridge', 1)),
    retry: {
      connectMax: positive(retry, 'connect_max', 'bridge.retry', 3),
      minDelayMs: positive(retry, 'connect_min_delay', 'bridge.retry', 1) * 1000,
      maxDelayMs: positive(retry, 'connect_max_delay', 'bridge.retry', 64) * 1000,
    },
  }
}

const bridgeKeys = ['reader', 'writer', 'retry', 'report', 'max_qlen']
const retryKeys = ['connect_max', 'connect_min_delay', 'connect_max_delay']

function servicesOf(path: string, text: string): Mapping {
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) throw wrong(path, error.message)
  const content: unknown = document.toJS()
  const { header, config } = isMapping(content) ? content : {}
  if (!isMapping(config) || header === undefined) {
    throw wrong(
      path,
      "it has no 'header' with 'version: 2' and services under 'config'; write both",
    )
  }
  return config
}

function isBridge(service: unknown): boolean {
  return isMapping(service) && service.type === 'bridge'
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** In the words that SINETStream's bridge has for it. */
function wrong(path: string, why: string) {
  return cliError('usage', {
    problem: `SINETStream-Bridge:${path}: ERROR IN THE CONFIG FILE: ${why}`,
  })
}
