import { type Acknowledgement, acknowledgement } from './acknowledgement.ts'

/** QoS 2, second step of the sender: the packet identifier may be forgotten. */
export type PubrelPacket = Acknowledgement<'pubrel'>

export const pubrel = acknowledgement('pubrel', 6, 2)
