/** Reads values that come from a file or from a program, with errors that name the parameter. */
import { serviceError } from './errors.ts'

export type Settings = Readonly<Record<string, unknown>>

export function isMapping(value: unknown): value is Settings {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** `over` wins; mappings on both sides are merged. */
export function merged(under: Settings, over: Settings): Settings {
  const result: Record<string, unknown> = { ...under }
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue
    const below = result[name]
    result[name] = isMapping(below) && isMapping(value) ? merged(below, value) : value
  }
  return result
}

export function wrong(name: string, value: unknown, wanted: string) {
  return serviceError('parameter-wrong', { name, is: shown(value), wanted })
}

export function mappingAt(settings: Settings, name: string, path = name): Settings {
  const value = settings[name]
  if (value === undefined || value === null) return {}
  if (isMapping(value)) return value
  throw wrong(path, value, 'a mapping')
}

export function flagAt(settings: Settings, name: string, fallback: boolean): boolean {
  const value = settings[name]
  if (value === undefined || value === null) return fallback
  if (typeof value === 'boolean') return value
  throw wrong(name, value, 'true or false')
}

export function textAt(settings: Settings, name: string, path = name): string | undefined {
  const value = settings[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw wrong(path, value, 'some text')
}

export function numberAt(settings: Settings, name: string, from: number, path = name) {
  const value = settings[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value >= from) return value
  throw wrong(path, value, `a number of at least ${from}`)
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

/** A list, or text with commas. */
export function listAt(settings: Settings, name: string): string[] | undefined {
  const value = settings[name]
  if (value === undefined || value === null) return undefined
  const list = typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value
  if (Array.isArray(list) && list.every((one) => typeof one === 'string' && one !== '')) return list
  throw wrong(name, value, 'text or a list of texts')
}

/** What may stand in an error: never bytes, which may be a key. */
function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (isMapping(value)) return 'a mapping'
  if (Array.isArray(value)) return 'a list'
  return JSON.stringify(value) ?? typeof value
}
