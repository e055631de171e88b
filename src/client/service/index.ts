/** Service files and parameters: what Reader and Writer are told, by a program and by a file. */
export { codingOf } from './coding-of.ts'
export type { CommonParameters, ReaderParameters, WriterParameters } from './given.ts'
export type { Consistency, ServiceParameters, TlsParameters } from './parameters.ts'
export { type ResolveOptions, resolveReader, resolveWriter } from './resolve.ts'
