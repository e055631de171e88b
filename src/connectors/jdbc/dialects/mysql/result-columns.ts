import type { FieldPacket } from 'mysql2/promise'
import type { ResultColumn } from '../../session.ts'
import { bitType, columnTypes } from './column-types.ts'

const notNullFlag = 1
const unsignedFlag = 32

/** The "character set" of bytes. */
const binary = 63

/** Types that are bytes where their character set is none: strings, blobs, geometries. */
const firstTextType = 249
const varcharType = 15

interface Packet {
  readonly name: string
  readonly columnType?: number
  readonly flags: number | string[]
  readonly characterSet?: number
  readonly columnLength?: number
  readonly decimals: number
}

export function resultColumn(packet: FieldPacket): ResultColumn {
  const {
    name,
    columnType = varcharType,
    characterSet,
    columnLength = 0,
    decimals,
  } = packet as Packet
  const flags = Number(packet.flags)
  const unsigned = (flags & unsignedFlag) !== 0
  return {
    ...{ name, unsigned, optional: (flags & notNullFlag) === 0 },
    type: typeOf(columnType, characterSet, columnLength),
    precision: columnLength - (decimals > 0 ? 1 : 0) - (unsigned ? 0 : 1),
    scale: decimals,
    // 31 stands for "as many as there are", of functions.
    fraction: Math.min(decimals, 6),
  }
}

function typeOf(columnType: number, characterSet: number | undefined, length: number): string {
  // A single bit is a flag; more are bytes.
  if (columnType === bitType) return length === 1 ? 'flag' : 'bytes'
  const isBytes =
    characterSet === binary && (columnType >= firstTextType || columnType === varcharType)
  return columnTypes[columnType] ?? (isBytes ? 'bytes' : 'text')
}
