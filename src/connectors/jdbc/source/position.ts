import type { OffsetJson } from '../../../connect/kit/index.ts'
import { plainName, type TableName } from '../table-name.ts'

/** How far a table has been read, in the words of Confluent's connector, so that either can go on. */
export interface Position {
  /** Microseconds since the epoch. */
  readonly timestamp?: bigint
  readonly incrementing?: bigint
}

export function offsetOf({ timestamp, incrementing }: Position): OffsetJson {
  return {
    ...(incrementing === undefined ? {} : { incrementing: exact(incrementing) }),
    ...(timestamp === undefined ? {} : timestampOf(timestamp)),
  }
}

export function positionOf(offset: OffsetJson): Position {
  const { timestamp, timestamp_nanos: nanos, incrementing } = offset
  return {
    ...(timestamp === undefined || timestamp === null
      ? {}
      : { timestamp: microsOf(BigInt(`${timestamp}`), nanos) }),
    ...(incrementing === undefined || incrementing === null
      ? {}
      : { incrementing: BigInt(`${incrementing}`) }),
  }
}

/** Where an offset may be kept: as it is kept today, and as older connectors kept it. */
export function partitionsOf(table: TableName | undefined): [OffsetJson, ...OffsetJson[]] {
  if (table === undefined) return [{ query: 'query' }]
  return [{ protocol: '1', table: plainName(table) }, { table: table.name }]
}

/** A number of JSON where that is exact. */
function exact(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : `${value}`
}

/** Java's: milliseconds, and the nanoseconds within the second. */
function timestampOf(micros: bigint): OffsetJson {
  const within = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const ms = (micros - within) / 1000n + within / 1000n
  return { timestamp: Number(ms), timestamp_nanos: Number(within) * 1000 }
}

function microsOf(ms: bigint, nanos: OffsetJson[string] | undefined): bigint {
  if (nanos === undefined || nanos === null) return ms * 1000n
  const within = ((ms % 1000n) + 1000n) % 1000n
  return (ms - within) * 1000n + BigInt(`${nanos}`) / 1000n
}
