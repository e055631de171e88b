/**
 * What `recovery-points` and `written-points` have in common: a magic, a CRC, a version, a head of
 * their own, and a point for each partition. Replaced as a whole (written aside, renamed), so that
 * a file is always that of one checkpoint.
 */
import { ByteReader, ByteWriter, MalformedBytes } from '../base/bytes.ts'
import { crc32c } from '../base/crc32c.ts'
import type { Files, OpenFile } from '../base/files.ts'

/** A point and the producers, as bytes: they are written again at each checkpoint, read once. */
export type EncodedPoint = Buffer

/** By partition key (topic id and partition, in hexadecimal). */
export type Points = ReadonlyMap<string, EncodedPoint>

const version = 1
const headerBytes = 8
const keyBytes = 20

/** What comes next is the head. */
export function beginPoints(magic: number): ByteWriter {
  const writer = new ByteWriter(4096)
  writer.uint32(magic)
  writer.uint32(0)
  writer.uint32(version)
  return writer
}

export function finishPoints(writer: ByteWriter, points: Points): Buffer {
  writer.uint32(points.size)
  for (const [key, point] of points) {
    writer.bytes(Buffer.from(key, 'hex'))
    writer.uint32(point.length)
    writer.bytes(point)
  }
  const bytes = writer.done()
  bytes.writeUInt32BE(crc32c(bytes, headerBytes), 4)
  return bytes
}

/** Stands at the head; nothing if there is no such file. Throws `MalformedBytes`. */
export function openPoints(files: Files, path: string, magic: number): ByteReader | undefined {
  if (!files.exists(path)) return undefined
  const file = files.open(path, { readOnly: true })
  const bytes = Buffer.alloc(file.size())
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  const reader = new ByteReader(bytes)
  if (reader.uint32() !== magic) throw new MalformedBytes('it does not start as such a file does')
  if (reader.uint32() !== crc32c(bytes, headerBytes)) throw new MalformedBytes('the CRC is wrong')
  if (reader.uint32() !== version) throw new MalformedBytes('its version is unknown')
  return reader
}

/** What is behind the head. */
export function readPoints(reader: ByteReader): Points {
  const points = new Map<string, EncodedPoint>()
  for (let left = reader.uint32(); left > 0; left--) {
    const key = reader.bytes(keyBytes).toString('hex')
    points.set(key, Buffer.from(reader.bytes(reader.uint32())))
  }
  return points
}

/** The old file stays until `settle` has resolved for the new one. */
export async function replaceFile(
  files: Files,
  path: string,
  bytes: Buffer,
  settle: (file: OpenFile) => Promise<void>,
): Promise<void> {
  const aside = `${path}.new`
  const file = files.open(aside, { create: true })
  try {
    file.truncate(0)
    file.write(bytes, 0)
    await settle(file)
  } finally {
    file.close()
  }
  files.rename(aside, path)
}
