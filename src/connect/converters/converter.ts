import type { ConnectSchema } from '../kit/data.ts'
import type { Options, ValuesOf } from '../kit/options.ts'

/** A value with its schema; null where the format has none. */
export interface Converted {
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

/**
 * Between the bytes of a topic and Connect's data. A promise comes back only where something must be
 * fetched first (a schema that is not known yet), so that the caller awaits only promises. Values
 * that cannot be converted throw DataError.
 */
export interface Converter {
  toConnect(topic: string, bytes: Buffer | null): Converted | Promise<Converted>
  fromConnect(
    topic: string,
    schema: ConnectSchema | null,
    value: unknown,
  ): Buffer | null | Promise<Buffer | null>
}

/** What of a record is converted; the schemas of keys and values stand in subjects of their own. */
export type Role = 'key' | 'value' | 'header'

export interface ConverterContext<Values> {
  readonly role: Role
  readonly values: Values
}

/** A kind of converter. */
export interface ConverterKind<Values = never> {
  /** What `value.converter` may say: the Java class; its last part alone does too. */
  readonly name: string
  readonly about: string
  /** Written behind `key.converter.`, `value.converter.` or `header.converter.`. */
  readonly options: Options
  readonly roles: readonly Role[]
  /** Heavy libraries are imported here and not before. */
  readonly open: (context: ConverterContext<Values>) => Converter | Promise<Converter>
}

/** Lets a kind be written in one piece, with its types inferred. */
export function converter<const Of extends Options>(
  kind: ConverterKind<ValuesOf<Of>> & { readonly options: Of },
): ConverterKind {
  return kind
}

export const everyRole: readonly Role[] = ['key', 'value', 'header']
