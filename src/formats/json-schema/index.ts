/**
 * JSON Schema, drafts 4 to 2020-12: the registry's texts, compatibility by difference in the words of
 * Confluent's registry, and validation of values. Nothing that a schema refers to is ever fetched.
 */
export type { JsonSchema } from './json-schema.ts'
export { jsonSchemaFormat } from './json-schema-format.ts'
