/**
 * The partition of a key as Kafka's Java producer and its kin choose it: MurmurHash 2 by Austin
 * Appleby, 32 bits, with Kafka's seed (`Utils.murmur2`), without its sign.
 */
export function partitionOf(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitions
}

const seed = 0x9747_b28c
const multiplier = 0x5bd1_e995

function murmur2(source: Buffer): number {
  const { length } = source
  const whole = length & ~3
  let hash = seed ^ length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(source.readInt32LE(at), multiplier)
    word = Math.imul(word ^ (word >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  if (length > whole) {
    for (let at = length - 1; at >= whole; at--) hash ^= (source[at] ?? 0) << (8 * (at - whole))
    hash = Math.imul(hash, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}
