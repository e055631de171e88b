/** Logical types as the messages that carry them in Protobuf. */
import type { Decimal } from '../../kit/data.ts'
import {
  dayMs,
  decimalBytes,
  decimalFrom,
  rescaled,
  timeFrom,
  timestampFrom,
} from '../../values/logical.ts'

type Message = Readonly<Record<string, unknown>>

const millionNanos = 1_000_000

export const logicalReaders = {
  timestamp(value: unknown): Date {
    const { seconds, nanos } = value as Message
    return timestampFrom(Number(seconds) * 1000 + Math.floor(Number(nanos) / millionNanos))
  },
  date(value: unknown): Date {
    const { year, month, day } = value as Message
    const date = new Date(0)
    date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
    return date
  },
  time(value: unknown): Date {
    const { hours, minutes, seconds, nanos } = value as Message
    const wholeSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
    return timeFrom(wholeSeconds * 1000 + Math.floor(Number(nanos) / millionNanos))
  },
  decimal(value: unknown, scale: number): Decimal {
    const message = value as Message
    const decimal = decimalFrom(message.value as Buffer, Number(message.scale))
    return rescaled(decimal, scale) ?? decimal
  },
}

export const logicalWriters = {
  timestamp(date: Date): Message {
    const ms = date.getTime()
    const seconds = Math.floor(ms / 1000)
    return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * millionNanos }
  },
  date(date: Date): Message {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    }
  },
  time(date: Date): Message {
    const ms = date.getTime() % dayMs
    return {
      hours: Math.floor(ms / 3_600_000),
      minutes: Math.floor(ms / 60_000) % 60,
      seconds: Math.floor(ms / 1000) % 60,
      nanos: (ms % 1000) * millionNanos,
    }
  },
  decimal(decimal: Decimal, precision: number): Message {
    const { scale } = decimal
    return { value: decimalBytes(decimal, scale), precision, scale }
  },
}
