import type { PacketKind } from './packet-kind.ts'

/** A client says that it lives. */
export interface PingreqPacket {
  readonly type: 'pingreq'
}

export const pingreq: PacketKind<PingreqPacket> = {
  type: 12,
  flags: 0,
  decode: () => ({ type: 'pingreq' }),
  encode() {},
}
