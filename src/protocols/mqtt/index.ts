/**
 * MQTT 3.1, 3.1.1 and 5 as bytes and values: packets, properties, reason codes, topic names and
 * filters. It is strict: whatever the standards forbid is a `MalformedPacket` with the reason code
 * of MQTT 5. What a packet means to a session is left to the rooms above.
 */
export { MalformedPacket, protocolError } from './malformed-packet.ts'
export { PacketSplitter } from './packet-splitter.ts'
export type { AuthPacket } from './packets/auth.ts'
export type { ConnackPacket } from './packets/connack.ts'
export type { ConnectPacket, Will } from './packets/connect.ts'
export type { DisconnectPacket } from './packets/disconnect.ts'
export { decodePacket, encodePacket, type Packet } from './packets/index.ts'
export type { ProtocolVersion, Qos } from './packets/packet-kind.ts'
export type { PingreqPacket } from './packets/pingreq.ts'
export type { PubackPacket } from './packets/puback.ts'
export type { PubcompPacket } from './packets/pubcomp.ts'
export { type PublishPacket, publishHead } from './packets/publish.ts'
export type { PubrecPacket } from './packets/pubrec.ts'
export type { PubrelPacket } from './packets/pubrel.ts'
export type { SubackPacket } from './packets/suback.ts'
export type { SubscribePacket, SubscriptionRequest } from './packets/subscribe.ts'
export type { UnsubackPacket } from './packets/unsuback.ts'
export type { UnsubscribePacket } from './packets/unsubscribe.ts'
export { noProperties, type Properties } from './properties.ts'
export { connectReturnCode, type ReasonCode, reasonCode } from './reason-codes.ts'
export {
  hasWildcards,
  isTopicFilter,
  isTopicName,
  matches,
  overlap,
  type SharedFilter,
  sharedFilter,
} from './topic-filter.ts'
