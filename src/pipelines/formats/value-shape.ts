import { kindOf, pipelineError } from '../errors.ts'

/** What is known of the type of a value, from those that were seen. Every field may be absent. */
export type Shape =
  | { readonly kind: 'null' | 'boolean' | 'long' | 'double' | 'string' | 'bytes' | 'time' }
  | { readonly kind: 'array'; readonly items: Shape }
  | { readonly kind: 'record'; readonly fields: Readonly<Record<string, Shape>> }

/** Numbers of JSON are doubles, even whole ones: the next one may not be. */
export function shapeOf(value: unknown): Shape {
  if (value === null || value === undefined) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean' }
  if (typeof value === 'number') return { kind: 'double' }
  if (typeof value === 'bigint') return { kind: 'long' }
  if (typeof value === 'string') return { kind: 'string' }
  if (value instanceof Uint8Array) return { kind: 'bytes' }
  if (value instanceof Date) return { kind: 'time' }
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map(shapeOf).reduce(merged, { kind: 'null' }) }
  }
  const fields = Object.entries(value).map(([name, one]) => [name, shapeOf(one)])
  return { kind: 'record', fields: Object.fromEntries(fields) }
}

/** A shape that values of both fit; throws unwritable-value where there is none. */
export function merged(known: Shape, more: Shape): Shape {
  if (known.kind === 'null') return more
  if (more.kind === 'null') return known
  if (known.kind === 'record' && more.kind === 'record') {
    const fields = { ...known.fields }
    for (const [name, shape] of Object.entries(more.fields)) {
      fields[name] = merged(fields[name] ?? { kind: 'null' }, shape)
    }
    return { kind: 'record', fields }
  }
  if (known.kind === 'array' && more.kind === 'array') {
    return { kind: 'array', items: merged(known.items, more.items) }
  }
  if (known.kind === more.kind) return known
  const numbers = ['long', 'double']
  if (numbers.includes(known.kind) && numbers.includes(more.kind)) return { kind: 'double' }
  const why = `a field that was a ${known.kind} is a ${more.kind} now; give the target a schema`
  throw pipelineError('unwritable-value', { format: 'Avro', why })
}

/** The Avro schema of a shape: every field optional, so that it can grow. Fields of which only null was seen are left out. */
export function avroOf(shape: Shape, topic: string): string {
  if (shape.kind !== 'record') {
    const why = `a record is expected, not ${kindOf(shape.kind)}`
    throw pipelineError('unwritable-value', { format: 'Avro', why })
  }
  return JSON.stringify(typeOf(shape, avroName(topic)))
}

function typeOf(shape: Shape, name: string): unknown {
  switch (shape.kind) {
    case 'record':
      return {
        type: 'record',
        name,
        fields: Object.entries(shape.fields).flatMap(([field, one]) =>
          isSeen(one)
            ? [
                {
                  name: field,
                  type: ['null', typeOf(one, `${name}_${avroName(field)}`)],
                  default: null,
                },
              ]
            : [],
        ),
      }
    case 'array':
      return {
        type: 'array',
        items: ['null', ...(isSeen(shape.items) ? [typeOf(shape.items, `${name}_item`)] : [])],
      }
    case 'time':
      return { type: 'long', logicalType: 'timestamp-millis' }
    default:
      return shape.kind
  }
}

/** The shape of a schema that `avroOf` made; undefined for what others have made. */
export function shapeOfAvro(text: string): Shape | undefined {
  const schema: unknown = JSON.parse(text)
  const shape = shapeOfType(schema)
  return shape?.kind === 'record' ? shape : undefined
}

function shapeOfType(type: unknown): Shape | undefined {
  if (typeof type === 'string') return scalars.find(({ kind }) => kind === type)
  const { type: kind, fields, items, logicalType } = Object(type)
  if (kind === 'long' && logicalType === 'timestamp-millis') return { kind: 'time' }
  if (kind === 'array') {
    const shape = optional(items)
    return shape && { kind: 'array', items: shape }
  }
  if (kind !== 'record' || !Array.isArray(fields)) return undefined
  const shapes = fields.map(({ name, type }) => [name, optional(type)] as const)
  return shapes.every((one): one is [string, Shape] => one[1] !== undefined)
    ? { kind: 'record', fields: Object.fromEntries(shapes) }
    : undefined
}

const scalars = (['boolean', 'long', 'double', 'string', 'bytes'] as const).map((kind) => ({
  kind,
}))

function optional(union: unknown): Shape | undefined {
  if (!Array.isArray(union) || union[0] !== 'null') return undefined
  return union.length === 1 ? { kind: 'null' } : shapeOfType(union[1])
}

/** The value as Avro's codec takes it: times are numbers, and numbers those of the shape. */
export function avroValue(value: unknown, shape?: Shape): unknown {
  if (value instanceof Date) return BigInt(value.getTime())
  if (typeof value === 'bigint' && shape?.kind === 'double') return Number(value)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) {
    const items = shape?.kind === 'array' ? shape.items : undefined
    return value.map((one) => avroValue(one, items))
  }
  const fields = shape?.kind === 'record' ? shape.fields : {}
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, avroValue(one, fields[name])]),
  )
}

function isSeen(shape: Shape): boolean {
  return shape.kind !== 'null'
}

/** Names of Avro are letters, digits and '_'. */
function avroName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_]/g, '_')
  return /^[0-9]/.test(name) ? `_${name}` : name
}
