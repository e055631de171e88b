/**
 * A client of MQTT brokers, 3.1, 3.1.1 and 5, over TCP, TLS and WebSocket.
 *
 * It promises that a message that is done was acknowledged, that what comes is acknowledged when it
 * is dealt with and not before, that QoS 2 is handed out once, that lost connections are opened
 * again and what was under way goes on, and that everything that waits has a limit. It keeps nothing
 * on disk: what a session has survives on the broker.
 */
export { MqttClient, type MqttClientOptions } from './client.ts'
export type { Delivery } from './incoming.ts'
export type { OutgoingPublish, PublishAnswer } from './outgoing.ts'
export { MqttPublisher, type PublisherOptions } from './publisher.ts'
