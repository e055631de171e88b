/** PKCS #7 padding (RFC 5652, 6.3) to whole blocks of AES, which SINETStream applies in any mode when asked. */
export const blockBytes = 16

export function padded(plaintext: Buffer): Buffer {
  const count = blockBytes - (plaintext.length % blockBytes)
  const bytes = Buffer.alloc(plaintext.length + count, count)
  bytes.set(plaintext)
  return bytes
}

/** Undefined for what is not padded so. */
export function unpadded(bytes: Buffer): Buffer | undefined {
  const count = bytes.at(-1) ?? 0
  if (bytes.length % blockBytes !== 0 || count < 1 || count > blockBytes) return undefined
  const end = bytes.length - count
  return bytes.subarray(end).every((byte) => byte === count) ? bytes.subarray(0, end) : undefined
}
