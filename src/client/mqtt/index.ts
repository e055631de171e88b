/**
 * A publisher for MQTT brokers: what a simulated sensor needs. It promises that a message that is
 * done was acknowledged; it subscribes to nothing.
 */
export { MqttPublisher, type PublisherOptions } from './publisher.ts'
