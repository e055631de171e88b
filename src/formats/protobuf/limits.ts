/** What a schema may be at most: texts come from strangers, and none may cost more than a moment. */
export const limits = {
  /** Of one text, imported ones each; a record of the registry's topic holds no more either. */
  mostTextBytes: 1024 * 1024,
  /** Messages inside messages, as protoc allows. */
  deepestMessage: 32,
  /** Maps and lists inside the value of an option. */
  deepestOption: 16,
  /** Parts of a dotted name. */
  mostNameParts: 64,
  /** Files that one schema refers to, directly or not. */
  mostFiles: 1000,
  /** Messages and enums of a schema and all it refers to. */
  mostTypes: 20_000,
  /** Messages inside messages of a record, as the libraries of Google allow. */
  deepestRecord: 100,
  /** Indexes before a record: no message lies deeper than messages nest. */
  mostIndexes: 32,
  /** The highest number of a field, 2^29 - 1. */
  highestFieldNumber: 536_870_911,
} as const
