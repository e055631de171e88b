import { formatError } from '../failures.ts'

export type Compress = (value: Uint8Array) => Buffer
export type Decompress = (bytes: Buffer) => Buffer

/** What each compression of values is. Arguments are those of Python's library. */
export interface Algorithm {
  /** The argument that the parameter `level` stands for. */
  readonly levelArgument: string
  /**
   * Every argument that there is, and what it must be. Some go unheeded, where the library has no
   * such knob: they tune the writer, its messages are read alike.
   */
  readonly arguments: Readonly<Record<string, Kind>>
  compressor(args: Arguments): Compress
  /** What it gives throws what its library throws, and `beyondLimit` in place of a longer result. */
  decompressor(args: Arguments, limitBytes: number): Decompress
}

export type Arguments = Readonly<Record<string, unknown>>

export interface Kind {
  readonly expected: string
  readonly allows: (value: unknown) => boolean
}

export const flag: Kind = {
  expected: 'true or false',
  allows: (value) => typeof value === 'boolean',
}

export function wholeNumber(from: number, to: number): Kind {
  return {
    expected: `a whole number from ${from} to ${to}`,
    allows: (value) => Number.isInteger(value) && from <= Number(value) && Number(value) <= to,
  }
}

export function isOn(args: Arguments, name: string, otherwise: boolean): boolean {
  return (args[name] ?? otherwise) === true
}

export function numberOf(args: Arguments, name: string): number | undefined {
  return (args[name] ?? undefined) as number | undefined
}

/** As node's zlib calls it. */
export const beyondLimit = 'ERR_BUFFER_TOO_LARGE'

/** The arguments with the level among them, as Python does: an argument wins over the parameter. */
export function checkedArguments(
  name: string,
  algorithm: Algorithm,
  level: number | undefined,
  given: Arguments,
): Arguments {
  const args = { ...(level === undefined ? {} : { [algorithm.levelArgument]: level }), ...given }
  for (const [argument, value] of Object.entries(args)) {
    const kind = algorithm.arguments[argument]
    if (kind === undefined) {
      const known = Object.keys(algorithm.arguments)
      throw formatError('compression-argument-unknown', { algorithm: name, argument, known })
    }
    if (value !== undefined && value !== null && !kind.allows(value)) {
      const facts = { argument: `${name}.${argument}`, value, expected: kind.expected }
      throw formatError('compression-argument-invalid', facts)
    }
  }
  return args
}
