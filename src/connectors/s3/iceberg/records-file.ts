/** Files of Avro that hold a list of records, one a block: what manifests are. */
import { randomBytes } from 'node:crypto'
import { ByteReader, ByteWriter } from '../../../base/bytes.ts'
import { avroFormat } from '../../../formats/avro/index.ts'

const magic = Buffer.from('Obj\x01', 'latin1')
const syncBytes = 16

export function encodeRecords(
  schema: object,
  metadata: Readonly<Record<string, string>>,
  records: readonly object[],
): Buffer {
  const text = JSON.stringify(schema)
  const codec = avroFormat.parse(text)
  const sync = randomBytes(syncBytes)
  const head = new ByteWriter(text.length + 200)
  const entries = Object.entries({ ...metadata, 'avro.schema': text, 'avro.codec': 'null' })
  head.varint(entries.length)
  for (const part of entries.flat()) {
    const bytes = Buffer.from(part)
    head.varint(bytes.length)
    head.bytes(bytes)
  }
  head.varint(0)
  const blocks = records.flatMap((record) => {
    const bytes = codec.encode(record)
    const size = new ByteWriter(10)
    size.varint(1)
    size.varint(bytes.length)
    return [size.done(), bytes, sync]
  })
  return Buffer.concat([magic, head.done(), sync, ...blocks])
}

/** Throws where another program wrote the file. */
export function decodeRecords<Row>(schema: object, file: Buffer, name: string): Row[] {
  const reader = new ByteReader(file)
  reader.bytes(magic.length)
  const metadata: Record<string, string> = {}
  for (let count = reader.varint(); count > 0; count = reader.varint()) {
    for (let entry = 0; entry < count; entry += 1) {
      const key = `${reader.bytes(reader.varint())}`
      metadata[key] = `${reader.bytes(reader.varint())}`
    }
  }
  const text = JSON.stringify(schema)
  if (metadata['avro.schema'] !== text) {
    throw new Error(
      `'${name}' was written by another program; only leat may write to this table, or give the topic another 'topics.dir'`,
    )
  }
  const codec = avroFormat.parse(text)
  reader.bytes(syncBytes)
  const rows: Row[] = []
  while (reader.remaining > 0) {
    reader.varint()
    rows.push(codec.decode(Buffer.from(reader.bytes(reader.varint()))) as Row)
    reader.bytes(syncBytes)
  }
  return rows
}
