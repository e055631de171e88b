/** Reads values that come from a file or from a program, with errors that name the parameter. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { serviceError } from './errors.ts'

export type Settings = Readonly<Record<string, unknown>>

export function isMapping(value: unknown): value is Settings {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** `over` wins; mappings on both sides are merged. */
export function merged(under: Settings, over: Settings): Settings {
  const given = Object.entries(over).filter(([, value]) => value !== undefined)
  return Object.fromEntries([
    ...Object.entries(under),
    ...given.map(([name, value]) => {
      const below = Object.hasOwn(under, name) ? under[name] : undefined
      return [name, isMapping(below) && isMapping(value) ? merged(below, value) : value]
    }),
  ])
}

export function wrong(name: string, value: unknown, wanted: string) {
  return serviceError('parameter-wrong', { name, is: shown(value, name), wanted })
}

export function mappingAt(settings: Settings, name: string, path = name): Settings {
  const value = settings[name]
  if (value === undefined || value === null) return {}
  if (isMapping(value)) return value
  throw wrong(path, value, 'a mapping')
}

export function flagAt(settings: Settings, name: string, fallback: boolean, path = name): boolean {
  const value = settings[name]
  if (value === undefined || value === null) return fallback
  if (typeof value === 'boolean') return value
  throw wrong(path, value, 'true or false')
}

/** Bytes, as of a value that was encrypted, are UTF-8. */
export function textAt(settings: Settings, name: string, path = name): string | undefined {
  const value = settings[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  throw wrong(path, value, 'some text')
}

export function numberAt(settings: Settings, name: string, from: number, path = name) {
  const value = settings[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value >= from) return value
  throw wrong(path, value, `a number of at least ${from}`)
}

export function countAt(settings: Settings, name: string, from: number, to: number, path = name) {
  const value = numberAt(settings, name, from, path)
  if (value === undefined || (Number.isInteger(value) && value <= to)) return value
  throw wrong(path, value, `a whole number from ${from} to ${to}`)
}

export function choiceAt<const Choice extends string | number>(
  settings: Settings,
  name: string,
  choices: readonly Choice[],
  fallback: NoInfer<Choice>,
  path = name,
): Choice {
  const value = settings[name]
  if (value === undefined || value === null) return fallback
  const found = choices.find((one) => one === value)
  if (found !== undefined) return found
  throw wrong(path, value, choices.join(', '))
}

/** A list of texts, or one text alone. */
export function listAt(settings: Settings, name: string): string[] | undefined {
  const value = settings[name]
  if (value === undefined || value === null) return undefined
  const list = typeof value === 'string' ? [value] : value
  if (Array.isArray(list) && list.every((one) => typeof one === 'string' && one !== '')) return list
  throw wrong(name, value, 'text or a list of texts')
}

/**
 * The content of a file that a parameter names.
 * @throws InvalidArgumentError
 */
export function fileContent(name: string, path: string, workingFolder: string): Buffer {
  if (path.includes('-----BEGIN')) throw serviceError('text-for-path', { name })
  try {
    return readFileSync(resolve(workingFolder, path))
  } catch (cause) {
    const why = systemCode(cause) ?? 'its path is impossible'
    throw serviceError('file-unreadable', { name, path, why }, { cause })
  }
}

const mostShown = 80

/** What may stand in an error: never what may be a secret. */
function shown(value: unknown, name: string): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (isMapping(value)) return 'a mapping'
  if (Array.isArray(value)) return 'a list'
  if (/pass|secret|token|credential|(^|[._])key$|_data$/i.test(name)) return `a ${typeof value}`
  return (JSON.stringify(value) ?? typeof value).slice(0, mostShown)
}
