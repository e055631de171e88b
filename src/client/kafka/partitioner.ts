/** Which partition a key belongs to: the same one that Java's producer chooses. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}

const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** MurmurHash2 by Austin Appleby, as a signed 32-bit number and with the seed of Kafka's `Utils.murmur2`. */
export function murmur2(source: Uint8Array): number {
  const view = new DataView(source.buffer, source.byteOffset, source.length)
  const wholeBytes = source.length & ~3
  let hash = seed ^ source.length
  for (let at = 0; at < wholeBytes; at += 4) {
    let word = Math.imul(view.getInt32(at, true), multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  const tailBytes = source.length - wholeBytes
  if (tailBytes >= 3) hash ^= view.getUint8(wholeBytes + 2) << 16
  if (tailBytes >= 2) hash ^= view.getUint8(wholeBytes + 1) << 8
  if (tailBytes >= 1) hash = Math.imul(hash ^ view.getUint8(wholeBytes), multiplier)
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}
