/**
 * The walk over the fields of one message at one version, written out as a function of its own. A
 * loop over a list of fields would share its call sites between all messages of Kafka, where the
 * engine can neither inline nor know the shape of what comes out: it takes twice as long (measured
 * with Produce). The text comes from schemas only, never from what is read.
 */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { FieldCodec } from './field-codecs.ts'

export type Values = Record<string, unknown>

export interface Slot {
  readonly name: string
  /** Undefined where the field does not stand in the message at this version. */
  readonly codec: FieldCodec | undefined
  readonly fallback: unknown
}

/** Reads the fields in order; one that does not stand in the message gets its default. */
export function readingWalk(slots: readonly Slot[]): (reader: ByteReader) => Values {
  const lines = slots.map(({ name, codec }, index) =>
    codec === undefined ? `${name}: default${index},` : `${name}: codec${index}.read(reader),`,
  )
  return compile(slots, `(reader) => ({ ${lines.join('\n')} })`) as (reader: ByteReader) => Values
}

/** Writes the fields in order; one that was left out is written as its default. */
export function writingWalk(slots: readonly Slot[]): (values: Values, writer: ByteWriter) => void {
  const lines = slots
    .map(({ name, codec }, index) =>
      codec === undefined
        ? ''
        : `value = values.${name}; codec${index}.write(value === undefined ? default${index} : value, writer)`,
    )
    .filter((line) => line !== '')
  const walk = compile(slots, `(values, writer) => { let value; ${lines.join('\n')} }`)
  return walk as (values: Values, writer: ByteWriter) => void
}

function compile(slots: readonly Slot[], walk: string): unknown {
  const codecs = slots.map((_, index) => `codec${index}`)
  const defaults = slots.map((_, index) => `default${index}`)
  return new Function(...codecs, ...defaults, `return ${walk}`)(
    ...slots.map(({ codec }) => codec),
    ...slots.map(({ fallback }) => fallback),
  )
}
