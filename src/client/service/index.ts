/** Service files and parameters: what Reader and Writer are told, by a program, a file or a configuration server. */
export { codingOf } from './coding-of.ts'
export type { CommonParameters, ReaderParameters, WriterParameters } from './given.ts'
export type {
  Consistency,
  EventParameters,
  RetryParameters,
  ServiceParameters,
  TlsParameters,
} from './parameters.ts'
export { resolveReader, resolveWriter, uuidText } from './resolve.ts'
export type { ResolveOptions } from './surroundings.ts'
