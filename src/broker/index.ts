/**
 * The broker: Kafka's protocol before the log.
 *
 * It answers every API of `handlers/` as Apache Kafka does, in the versions that Apache Kafka
 * answers. It promises that what it acknowledges is in the log as durably as was asked for, that
 * requests of a connection are answered in order, and that no client can slow, fill or crash it
 * for the others. Topics, groups and its own identity are records of the log.
 *
 * It leaves files, syncs and recovery to `log/`, bytes to `protocols/kafka/`, and everything that
 * is not Kafka's protocol to the rooms above, which come in as clients.
 */
export { verifyDirectory } from '../log/index.ts'
export { type AccessOptions, Insiders } from './access/index.ts'
export { Broker, type BrokerOptions } from './broker.ts'
export type { ListenerAddress } from './listener.ts'
export type { LoginOptions } from './sasl/index.ts'
export type { SchemaIds, SubjectRule } from './schema-rules.ts'
export { BrokerSettings } from './settings.ts'
export { checkTopicConfig } from './topic-configs.ts'
