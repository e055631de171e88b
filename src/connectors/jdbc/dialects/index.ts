import type { System } from '../address.ts'
import type { Dialect } from './dialect.ts'
import { mysql } from './mysql/dialect.ts'
import { postgresql } from './postgresql/dialect.ts'

/** Every database that can be written to and read from. */
export const dialects: Readonly<Record<System, Dialect>> = { mysql, postgresql }
