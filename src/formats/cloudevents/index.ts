/**
 * CloudEvents 1.0.2: attributes and their rules, the JSON format, and what the binary mode makes of
 * attributes in Kafka's headers and MQTT's user properties. Which message has which is the client's.
 */
export { type EventAttributes, type Extensions, eventOf } from './attributes.ts'
export {
  type EventPrefix,
  eventPrefixes,
  fromHeaders,
  isEventPrefix,
  toHeaders,
} from './binary-mode.ts'
export { eventError } from './failures.ts'
export { fromJson, structuredType, toJson } from './json-format.ts'
export { timestampUsOf, timeTextOf } from './time.ts'
