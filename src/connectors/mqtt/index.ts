/**
 * MQTT brokers elsewhere, under the names and keys of Confluent's connectors: a source that takes
 * their messages into a topic, and a sink that publishes records. leat's own MQTT door needs neither.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { mqttSink } from './sink.ts'
import { mqttSource } from './source.ts'

export const mqttPlugins: readonly Plugin[] = [mqttSource, mqttSink]
