/**
 * The packet of message format 3: `DF 03`, two reserved zeros, the version of the key as uint16.
 * What follows is a message of format 2.
 */
export const packetBytes = 6

const marker = 0xdf030000

export function writePacketHeader(into: Buffer, keyVersion: number): void {
  into.writeUInt32BE(marker, 0)
  into.writeUInt16BE(keyVersion, 4)
}

/** The version of the key, 0 for none; undefined for what is no packet, and so a message of format 2. */
export function packetKeyVersion(bytes: Buffer): number | undefined {
  if (bytes.length <= packetBytes || bytes.readUInt32BE(0) !== marker) return undefined
  return bytes.readUInt16BE(4)
}
