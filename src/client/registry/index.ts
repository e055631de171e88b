/**
 * A client of a schema registry that speaks Confluent's HTTP API: leat's own, or any other.
 *
 * It promises that what cannot change is asked once: an id keeps its schema for ever, and a text
 * registered under a subject keeps its id; concurrent asks share one request. What can change (the
 * latest version, configurations) is asked each time. Several addresses stand in for each other.
 *
 * It leaves the schemas' meaning to `formats/`, and whether to ask again later to the caller: an
 * error says whether that may help.
 */
export { RegistryClient, type RegistryClientOptions } from './client.ts'
export { type EncodeJson, jsonEncoder } from './json-values.ts'
export { type WayToRegistry, wayToRegistry } from './properties.ts'
export { SchemaValues } from './schema-values.ts'
export type {
  NewSchema,
  NumberedSchema,
  RegisteredSchema,
  SchemaReference,
  SubjectConfig,
  SubjectVersion,
} from './schemas.ts'
export { isRegisteredFor } from './subject-names.ts'
