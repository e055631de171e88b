/**
 * The MQTT door: MQTT 3.1, 3.1.1 and 5 over TCP and WebSocket, on one port, before a Kafka log.
 *
 * A message is a record: `a/b/c` is the Kafka topic `a.b.c`, or what a route says; its payload is
 * the record's value, unchanged, unless a route says under which schema. What Kafka clients write reaches MQTT subscribers the same way.
 *
 * It promises: PUBACK and PUBREC come after the record is as durable as the log says, in order; a
 * message of QoS 2 of a durable session is in the log exactly once, also across a crash; a durable
 * session resumes where its acknowledgements ended; a slow client slows only itself; what breaks
 * the rules of MQTT ends its own connection and nothing else; everything has a limit (`limits.ts`).
 *
 * State lives in the log: sessions in `__mqtt_sessions`, retained messages in `__mqtt_retained`.
 * Messages for clients that are away are not queued anywhere: they are the log behind a position.
 * Several doors before one cluster know of all of that, and share the work of `$share/…` (`sharing/`):
 * one of them deals, and what it has for clients of others goes through `__mqtt_shares`.
 * Records carry no QoS: a message is delivered at the QoS of the subscription.
 *
 * It leaves to others: durability, partitions and retention (the log), and who may do what.
 */
export { MqttDoor, type MqttDoorOptions } from './door.ts'
export type { MqttLimits } from './limits.ts'
export { moveSessions, settledSessions } from './moved-sessions.ts'
export type { Route, RouteSchema } from './topic-map.ts'
