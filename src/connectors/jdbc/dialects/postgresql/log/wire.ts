/** The messages that carry a log between PostgreSQL and its replicas, within COPY data. */

const dataTag = 'w'.charCodeAt(0)
const keepAliveTag = 'k'.charCodeAt(0)
const statusTag = 'r'.charCodeAt(0)
const dataHeaderBytes = 25
const statusBytes = 34

/** Milliseconds from 1970 to 2000, where PostgreSQL begins to count. */
const epochMs = 946_684_800_000

export type WireMessage =
  | { readonly kind: 'data'; readonly payload: Buffer }
  /** The server has sent all that is before `end`. */
  | { readonly kind: 'keep-alive'; readonly end: bigint; readonly wantsStatus: boolean }

export function readWireMessage(chunk: Buffer): WireMessage {
  const tag = chunk[0]
  if (tag === dataTag) return { kind: 'data', payload: chunk.subarray(dataHeaderBytes) }
  if (tag !== keepAliveTag) throw new TypeError(`a replication message of kind ${tag}`)
  return { kind: 'keep-alive', end: chunk.readBigUInt64BE(1), wantsStatus: chunk[17] === 1 }
}

/** Tells the server what will not be asked for again, and asks it to answer. */
export function statusMessage(confirmed: bigint, nowMs: number): Buffer {
  const message = Buffer.alloc(statusBytes)
  message[0] = statusTag
  // Written, flushed and applied are one to us.
  for (const at of [1, 9, 17]) message.writeBigUInt64BE(confirmed, at)
  message.writeBigInt64BE(BigInt(nowMs - epochMs) * 1000n, 25)
  message[33] = 1
  return message
}
