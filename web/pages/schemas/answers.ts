/** What the registry's REST says (Confluent's own shapes). */
export interface SubjectVersion {
  readonly subject: string
  readonly id: number
  readonly version: number
  /** Absent for Avro. */
  readonly schemaType?: string
  readonly schema: string
  readonly references?: readonly {
    readonly name: string
    readonly subject: string
    readonly version: number
  }[]
}

export const compatibilities = [
  ...['BACKWARD', 'BACKWARD_TRANSITIVE', 'FORWARD', 'FORWARD_TRANSITIVE'],
  ...['FULL', 'FULL_TRANSITIVE', 'NONE'],
]

export const schemaTypes = [
  ['AVRO', 'Avro'],
  ['JSON', 'JSON Schema'],
  ['PROTOBUF', 'Protobuf'],
] as const
