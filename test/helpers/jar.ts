/** Reads the files of a jar: a zip archive, of which only what Maven writes is known here. */
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

const endSignature = 0x06054b50
const endBytes = 22
const entryBytes = 46
const localHeaderBytes = 30
const stored = 0

/** The text of every file whose name `isWanted`. */
export function textsInJar(path: string, isWanted: (name: string) => boolean): Map<string, string> {
  const jar = readFileSync(path)
  const end = jar.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || jar.length - end < endBytes || jar.readUInt32LE(end) !== endSignature) {
    throw new Error(`${path} is no jar`)
  }
  const texts = new Map<string, string>()
  let at = jar.readUInt32LE(end + 16)
  for (let left = jar.readUInt16LE(end + 10); left > 0; left--) {
    const nameBytes = jar.readUInt16LE(at + 28)
    const name = jar.toString('utf8', at + entryBytes, at + entryBytes + nameBytes)
    if (isWanted(name)) texts.set(name, content(jar, at).toString('utf8'))
    at += entryBytes + nameBytes + jar.readUInt16LE(at + 30) + jar.readUInt16LE(at + 32)
  }
  return texts
}

/** What the entry of the central directory at `at` points to, inflated. */
function content(jar: Buffer, at: number): Buffer {
  const method = jar.readUInt16LE(at + 10)
  const storedBytes = jar.readUInt32LE(at + 20)
  const local = jar.readUInt32LE(at + 42)
  const start =
    local + localHeaderBytes + jar.readUInt16LE(local + 26) + jar.readUInt16LE(local + 28)
  const bytes = jar.subarray(start, start + storedBytes)
  return method === stored ? bytes : inflateRawSync(bytes)
}
