/** A connector's configuration as a person types it, and what Connect says to it. */
import type { Config } from './answers.ts'

/** Throws with what is wrong in it. `{ name, config }`, as `leat connectors get` prints it, is taken too. */
export function configIn(text: string): Config {
  const given = parsed(text)
  const { config = given } = given
  if (!isObject(config)) throw new Error('"config" is no object; write "config": { … }.')
  const entries = Object.entries(config).map(([name, value]) => {
    if (typeof value === 'object' && value !== null) {
      throw new Error(
        `"${name}" is an object or a list; Connect takes text, numbers and true or false.`,
      )
    }
    return [name, value === null ? null : String(value)] as const
  })
  return Object.fromEntries(entries)
}

export interface Validation {
  readonly configs: readonly {
    readonly value: { readonly name: string; readonly errors: readonly string[] }
  }[]
}

export function objectionsIn({ configs }: Validation): string[] {
  return configs.flatMap(({ value: { name, errors } }) =>
    errors.map((error) => `${name}: ${error}`),
  )
}

function parsed(text: string): Record<string, unknown> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new Error(`This is no JSON: ${(error as Error).message}`)
  }
  if (!isObject(given)) throw new Error('This is no JSON object; write { "connector.class": … }.')
  return given
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
