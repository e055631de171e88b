export interface ProtobufOptions {
  /** Whether structs and enums have their whole names, with the package. */
  readonly enhanced: boolean
  readonly generalizedSums: boolean
  readonly intForEnums: boolean
  /** Whether fields are optional just where the word `optional` stands. */
  readonly optionalForNullables: boolean
  /** Whether optional fields are messages such as google.protobuf.StringValue. */
  readonly wrapperForNullables: boolean
  readonly scrubsNames: boolean
  readonly ignoresDefaults: boolean
}

/** The parameters in which Confluent's converter keeps what Connect has no word for. */
export const parameter = {
  tag: 'io.confluent.connect.protobuf.Tag',
  type: 'io.confluent.connect.protobuf.Type',
  precision: 'connect.decimal.precision',
} as const

export const connectType = 'connect.type'

/** Messages that are logical types, with the file that they are in. */
export const logicalMessages = {
  timestamp: { name: 'google.protobuf.Timestamp', file: 'google/protobuf/timestamp.proto' },
  date: { name: 'google.type.Date', file: 'google/type/date.proto' },
  time: { name: 'google.type.TimeOfDay', file: 'google/type/timeofday.proto' },
  decimal: { name: 'confluent.type.Decimal', file: 'confluent/type/decimal.proto' },
} as const

export const wrappers: Readonly<Record<string, string>> = {
  double: 'google.protobuf.DoubleValue',
  float: 'google.protobuf.FloatValue',
  int64: 'google.protobuf.Int64Value',
  uint64: 'google.protobuf.UInt64Value',
  int32: 'google.protobuf.Int32Value',
  uint32: 'google.protobuf.UInt32Value',
  bool: 'google.protobuf.BoolValue',
  string: 'google.protobuf.StringValue',
  bytes: 'google.protobuf.BytesValue',
}

export const wrappersFile = 'google/protobuf/wrappers.proto'
export const metaFile = 'confluent/meta.proto'
