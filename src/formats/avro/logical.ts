/** Logical types as Avro for Java knows them: one that does not fit its type counts as not there. */
import { JsonNumber, type JsonObject } from '../schemas/json-tree.ts'
import type { AvroType } from './model.ts'

export interface LogicalType {
  readonly name: string
  /** Of a decimal. */
  readonly precision?: number
  readonly scale?: number
}

type Check = (type: Exclude<AvroType, { kind: 'union' }>) => boolean

const uuidBytes = 16
const durationBytes = 12

const checks: Readonly<Record<string, Check>> = {
  'big-decimal': ({ kind }) => kind === 'bytes',
  uuid: (type) => type.kind === 'string' || (type.kind === 'fixed' && type.sizeBytes === uuidBytes),
  duration: (type) => type.kind === 'fixed' && type.sizeBytes === durationBytes,
  date: isInt,
  'time-millis': isInt,
  'time-micros': isLong,
  'timestamp-millis': isLong,
  'timestamp-micros': isLong,
  'timestamp-nanos': isLong,
  'local-timestamp-millis': isLong,
  'local-timestamp-micros': isLong,
  'local-timestamp-nanos': isLong,
}

/** Attributes of Java's own code generator that rule a logical type out. */
const excludedBy = ['avro.java.string', 'java-class', 'java-key-class', 'java-element-class']

export function logicalTypeOf(type: AvroType): LogicalType | undefined {
  if (type.kind === 'union') return undefined
  const { properties } = type
  const name = properties.get('logicalType')
  if (typeof name !== 'string') return undefined
  if (excludedBy.some((key) => typeof properties.get(key) === 'string')) return undefined
  if (name === 'decimal') return decimal(type, properties)
  return Object.hasOwn(checks, name) && checks[name]?.(type) ? { name } : undefined
}

function decimal(type: AvroType, properties: JsonObject): LogicalType | undefined {
  const precision = int(properties, 'precision')
  const scale = properties.has('scale') ? int(properties, 'scale') : 0
  if (precision === undefined || scale === undefined) return undefined
  if (precision <= 0 || precision > mostDigits(type) || scale < 0 || scale > precision) {
    return undefined
  }
  return { name: 'decimal', precision, scale }
}

function mostDigits(type: AvroType): number {
  if (type.kind === 'bytes') return 2 ** 31 - 1
  return type.kind === 'fixed' ? Math.floor(Math.log10(2) * (8 * type.sizeBytes - 1)) : 0
}

function int(properties: JsonObject, key: string): number | undefined {
  const node = properties.get(key)
  if (!(node instanceof JsonNumber) || !node.isWhole) return undefined
  const value = Number(node.value)
  return value === (value | 0) ? value : undefined
}

function isInt({ kind }: AvroType): boolean {
  return kind === 'int'
}

function isLong({ kind }: AvroType): boolean {
  return kind === 'long'
}
