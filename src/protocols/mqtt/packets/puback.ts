import { type Acknowledgement, acknowledgement } from './acknowledgement.ts'

/** The answer to a PUBLISH of QoS 1. */
export type PubackPacket = Acknowledgement<'puback'>

export const puback = acknowledgement('puback', 4, 0)
