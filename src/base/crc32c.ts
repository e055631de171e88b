/**
 * The checksum CRC-32C (Castagnoli, RFC 3720 appendix B.4) that guards every record batch. From 200
 * bytes on the processor's own instruction is the faster one, if the native package is installed;
 * below, the call into it costs more than it saves.
 */
import { createRequire } from 'node:module'

export function crc32c(source: Uint8Array, start = 0, end = source.length): number {
  return native !== undefined && end - start >= nativeFromBytes
    ? native(source.subarray(start, end))
    : crc32cInTables(source, start, end)
}

const nativeFromBytes = 200
const native = loadNative()

function loadNative(): ((source: Uint8Array) => number) | undefined {
  try {
    return createRequire(import.meta.url)('@node-rs/crc32').crc32c
  } catch {
    // An optional dependency that has no build for this machine: the tables give the same sums.
    return undefined
  }
}

/** "Slicing by 8": eight bytes a step through eight tables. */
export function crc32cInTables(source: Uint8Array, start = 0, end = source.length): number {
  let crc = 0xffffffff
  let at = start
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ word(source, at)
    const high = word(source, at + 4)
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24)
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ entry(0, crc ^ (source[at] as number))
  return (crc ^ 0xffffffff) >>> 0
}

const tables = makeTables()

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
    made[byte] = crc
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] as number
    made[at] = (before >>> 8) ^ (made[before & 0xff] as number)
  }
  return made
}

function entry(table: number, byte: number): number {
  return tables[table * 256 + (byte & 0xff)] as number
}

function word(source: Uint8Array, at: number): number {
  return (
    (source[at] as number) |
    ((source[at + 1] as number) << 8) |
    ((source[at + 2] as number) << 16) |
    ((source[at + 3] as number) << 24)
  )
}
