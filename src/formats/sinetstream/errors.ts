/** SINETStream's errors, by the names that its programs catch. */
import { type Entry, LeatError } from '../../base/errors.ts'

export class SinetError extends LeatError {
  constructor(...parts: ConstructorParameters<typeof LeatError>) {
    super(...parts)
    this.name = new.target.name
  }
}
export class InvalidConfigError extends SinetError {}
export class NoServiceError extends SinetError {}
export class UnsupportedServiceTypeError extends SinetError {}
export class NoConfigError extends SinetError {}
export class InvalidArgumentError extends SinetError {}
export class ConnectionError extends SinetError {}
export class AlreadyConnectedError extends SinetError {}
export class InvalidMessageError extends SinetError {}
export class AuthorizationError extends SinetError {}

const kinds = {
  SinetError,
  InvalidConfigError,
  NoServiceError,
  UnsupportedServiceTypeError,
  NoConfigError,
  InvalidArgumentError,
  ConnectionError,
  AlreadyConnectedError,
  InvalidMessageError,
  AuthorizationError,
}

interface SinetEntry<Facts> extends Entry<Facts> {
  readonly kind: keyof typeof kinds
}
// biome-ignore lint/suspicious/noExplicitAny: the facts of an entry are inferred from its sentence.
type SinetEntries = Record<string, SinetEntry<any>>
type FactsOf<Item> = Item extends Entry<infer Facts> ? Facts : never

/** Makes the constructor of a part's errors, as `catalogue` of `base/errors.ts` does, each of its kind. */
export function sinetCatalogue<const Of extends SinetEntries>(entries: Of) {
  return <Code extends keyof Of & string>(
    code: Code,
    facts: FactsOf<Of[Code]>,
    options: { cause?: unknown } = {},
  ): SinetError => {
    const entry = entries[code] as SinetEntry<unknown>
    const retriable = entry.retriable ?? false
    return new kinds[entry.kind](code, entry.says(facts), { facts, retriable, ...options })
  }
}
