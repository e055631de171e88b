/**
 * The schema registry: Confluent's HTTP API over one compacted topic.
 *
 * It keeps schemas by subject and version, gives each an id that is never given to another, and
 * refuses a version that would break those before it. State is the topic `_schemas`, record for
 * record as Confluent's registry writes it, so that either can take the other's place.
 *
 * It promises: a registration is answered once its record is as durable as the cluster makes it
 * and has been read back; registries on one topic agree, because each record's place decides; what
 * clients print when they are refused is what Confluent's registry would have said.
 *
 * It leaves to others: what a schema means (`formats/`), durability (the log), who may do what.
 */
export { RegistryDoor, type RegistryDoorOptions, type RegistryListener } from './door.ts'
