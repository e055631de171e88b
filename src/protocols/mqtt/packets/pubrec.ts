import { type Acknowledgement, acknowledgement } from './acknowledgement.ts'

/** QoS 2, first answer: the message is taken. */
export type PubrecPacket = Acknowledgement<'pubrec'>

export const pubrec = acknowledgement('pubrec', 5, 0)
