/** Each message is an object of its own: `TOPIC/2026/01/31/TOPIC-WRITER-SEQNO.bin`, as SINETStream has it. */
import { createHash } from 'node:crypto'
import { dateFormat } from '../../../connect/encodings/index.ts'
import { BadRecordError } from '../../../connect/kit/index.ts'
import { localTimeOf } from '../time-zone.ts'
import type { OpenPartitioner } from './partitioner.ts'

/** By `sinetstream.name`. */
const folders: Readonly<Record<string, string>> = {
  day: 'yyyy/MM/dd',
  hour: 'yyyy/MM/dd/HH',
  minute: 'yyyy/MM/dd/HH/mm',
}

export const sinetStreamPartitioner: OpenPartitioner = (values) => {
  const format = dateFormat(folders[values['sinetstream.name']] ?? '')
  const writers = new Map<string, string>()
  return ({ topic, timestamp, origin }) => {
    if (timestamp === undefined) {
      throw new BadRecordError('The record has no timestamp, which says where SINETStream looks')
    }
    const source = `${origin.topic}/${origin.partition}`
    const writer = writers.get(source) ?? writerOf(source)
    writers.set(source, writer)
    return {
      folder: format.format(new Date(localTimeOf(timestamp, values.timezone))),
      // Theirs begin with 1.
      file: `${topic}-${writer}-${origin.offset + 1n}`,
      metadata: { timestamp: `${timestamp * 1000}` },
    }
  }
}

/** As a UUID, always the same one of a partition: a record that comes again has the same name. */
function writerOf(source: string): string {
  const digits = createHash('sha256').update(source).digest('hex')
  // The version and variant of UUIDs whose makers decide themselves (RFC 9562, section 5.8).
  return [
    ...[digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`],
    ...[`a${digits.slice(17, 20)}`, digits.slice(20, 32)],
  ].join('-')
}
