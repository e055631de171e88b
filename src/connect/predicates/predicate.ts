import type { Options, ValuesOf } from '../kit/options.ts'
import type { ConnectRecord } from '../kit/record.ts'

/** Says which records a transform is applied to. */
export type Predicate = (record: ConnectRecord) => boolean

export interface PredicateKind<Values = never> {
  /** The Java class without its package. */
  readonly name: string
  readonly about: string
  readonly options: Options
  readonly open: (values: Values) => Predicate
}

/** Lets a kind be written in one piece, with its types inferred. */
export function predicate<const Of extends Options>(
  kind: PredicateKind<ValuesOf<Of>> & { readonly options: Of },
): PredicateKind {
  return kind
}
