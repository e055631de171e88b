import { type ReasonCode, reasonCode } from './reason-codes.ts'

/** Bytes that are no MQTT packet, or break a rule of it; `reason` is MQTT 5's code for the break. */
export class MalformedPacket extends Error {
  readonly reason: ReasonCode

  constructor(message: string, reason: ReasonCode = reasonCode.malformedPacket) {
    super(message)
    this.name = 'MalformedPacket'
    this.reason = reason
  }
}

/** A packet that can be read but that may not come here or now (MQTT 5, section 4.13). */
export function protocolError(message: string): MalformedPacket {
  return new MalformedPacket(message, reasonCode.protocolError)
}
