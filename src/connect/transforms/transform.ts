import type { ConnectSchema } from '../kit/data.ts'
import type { Options, ValuesOf } from '../kit/options.ts'
import type { ConnectRecord } from '../kit/record.ts'

/** A changed copy of the record, the record itself, or nothing: then it is dropped. */
export type Transform = <Kind extends ConnectRecord>(record: Kind) => Kind | undefined

/** A kind of transform. It throws DataError where it cannot take a record. */
export interface TransformKind<Values = never> {
  /** The Java class without its package; `sided` ones are written with `$Key` or `$Value`. */
  readonly name: string
  readonly sided: boolean
  readonly about: string
  readonly options: Options
  /** What no single option can know of itself, as a sentence. */
  readonly check?: (values: Values) => string | undefined
  readonly open: (values: Values, side: Side) => Transform
}

/** A key or a value with its schema. */
export interface Datum {
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

/** The half of a record that a sided transform works on. */
export interface Side {
  of(record: ConnectRecord): Datum
  with<Kind extends ConnectRecord>(record: Kind, datum: Datum): Kind
}

export const sides = {
  Key: {
    of: (record) => ({ schema: record.keySchema, value: record.key }),
    with: (record, { schema, value }) => ({ ...record, keySchema: schema, key: value }),
  },
  Value: {
    of: (record) => ({ schema: record.valueSchema, value: record.value }),
    with: (record, { schema, value }) => ({ ...record, valueSchema: schema, value }),
  },
} as const satisfies Record<string, Side>

/** Lets a kind be written in one piece, with its types inferred. */
export function transform<const Of extends Options>(
  kind: TransformKind<ValuesOf<Of>> & { readonly options: Of },
): TransformKind {
  return kind
}

/** A transform of one half that looks at nothing else of the record. */
export function onSide(
  side: Side,
  change: (datum: Datum, record: ConnectRecord) => Datum,
): Transform {
  return (record) => {
    const before = side.of(record)
    const after = change(before, record)
    return after === before ? record : side.with(record, after)
  }
}
