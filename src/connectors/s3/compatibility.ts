/** Whether a record may stand in a file of another schema: what `schema.compatibility` says. */
import type { ConnectSchema } from '../../connect/kit/index.ts'
import { type Projection, projectionOf } from './projection.ts'

/** How values of a schema go into a file of another one; undefined where a new file begins. */
export type Fit = (schema: ConnectSchema, file: ConnectSchema) => Projection | undefined

export const compatibilities = ['NONE', 'BACKWARD', 'FORWARD', 'FULL'] as const

/**
 * BACKWARD and FULL: a file keeps its schema for older records, and ends before a newer one. FORWARD:
 * the other way round. Which of two schemas is the older one, their versions say; where they have
 * none, it is the one that has no field which the other lacks.
 */
export function fitOf(compatibility: string): Fit {
  if (compatibility === 'NONE') return () => undefined
  const isForward = compatibility === 'FORWARD'
  return (schema, file) => {
    const projection = projectionOf(schema, file)
    if (projection === undefined) return undefined
    const isMisplaced = isForward ? isOlder(schema, file) : isOlder(file, schema)
    return (isMisplaced ?? (isForward ? projection.fills : projection.drops))
      ? undefined
      : projection
  }
}

/** Undefined where the versions do not tell. */
function isOlder({ version }: ConnectSchema, than: ConnectSchema): boolean | undefined {
  if (version === undefined || than.version === undefined) return undefined
  return version === than.version ? undefined : version < than.version
}
