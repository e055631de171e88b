import { randomFillSync, randomInt } from 'node:crypto'

/** Chance as a parameter, so that a test repeats a run by its seed. */
export interface Random {
  /** A number of at least 0 and below 1. */
  next(): number
  bytes(length: number): Buffer
}

export const systemRandom: Random = {
  next: () => randomInt(2 ** 32) / 2 ** 32,
  bytes: (length) => randomFillSync(Buffer.allocUnsafe(length)),
}

/** The generator "mulberry32" by Tommy Ettinger: small, fast, good enough for tests and simulations. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    bytes: (length) => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256))),
  }
}

/** A whole number from `from` to `to`, both possible. */
export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random.next() * (to - from + 1))
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[between(random, 0, items.length - 1)] as Item
}

/** A random UUID (version 4) as its 16 bytes, as Kafka sends ids. */
export function uuidBytes(random: Random): Buffer {
  const id = random.bytes(16)
  id[6] = ((id[6] as number) & 0x0f) | 0x40
  id[8] = ((id[8] as number) & 0x3f) | 0x80
  return id
}
