/** What bounds the registry; each is reached by a test. */
export interface RegistryLimits {
  /** At the same time, on each address. */
  readonly connections: number
  /** Of the body of a request. */
  readonly requestBytes: number
  /** Of one schema's text; a record of the topic must hold it. */
  readonly schemaBytes: number
  /** Versions kept, in all subjects. */
  readonly versions: number
  /** Characters of all schemas' texts, which are kept in memory. */
  readonly characters: number
  /** Schemas that one schema may refer to, directly or not. */
  readonly references: number
  /** Changes that wait for those before them. */
  readonly waitingWrites: number
  /** How often a change is tried again because another registry came first. */
  readonly attempts: number
  /** Schemas kept in their parsed form. */
  readonly parsedSchemas: number
  /** How long a change may take to be read back from the topic. */
  readonly writeMs: number
  /** How long a request waits for the topic to be read at the start. */
  readonly startMs: number
  /** How long requests that are under way may take when the registry closes. */
  readonly closeMs: number
  /** Schemas in one answer to `GET /schemas`, as in Confluent's registry. */
  readonly listedSchemas: number
}

export const defaultLimits: RegistryLimits = {
  connections: 1000,
  requestBytes: 4 * 1024 * 1024,
  schemaBytes: 900_000,
  versions: 100_000,
  characters: 256 * 1024 * 1024,
  references: 1000,
  waitingWrites: 1000,
  attempts: 20,
  parsedSchemas: 1000,
  writeMs: 30_000,
  startMs: 30_000,
  closeMs: 2000,
  listedSchemas: 1000,
}
