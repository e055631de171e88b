import { type Acknowledgement, acknowledgement } from './acknowledgement.ts'

/** QoS 2, last answer: the packet identifier is free again. */
export type PubcompPacket = Acknowledgement<'pubcomp'>

export const pubcomp = acknowledgement('pubcomp', 7, 0)
