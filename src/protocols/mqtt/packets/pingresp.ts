import type { PacketKind } from './packet-kind.ts'

/** The answer to a PINGREQ. */
export interface PingrespPacket {
  readonly type: 'pingresp'
}

export const pingresp: PacketKind<PingrespPacket> = {
  type: 13,
  flags: 0,
  decode: () => ({ type: 'pingresp' }),
  encode() {},
}
