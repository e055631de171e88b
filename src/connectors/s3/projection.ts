/** Values of one schema as those of another one, by the rules of Kafka's SchemaProjector. */
import type { ConnectField, ConnectSchema, ConnectType } from '../../connect/kit/index.ts'

export interface Projection {
  readonly project: (value: unknown) => unknown
  /** Whether it leaves out fields that the other schema lacks. */
  readonly drops: boolean
  /** Whether it fills in fields that the values lack. */
  readonly fills: boolean
}

/** Undefined where some value could not be told in the other schema. */
export function projectionOf(from: ConnectSchema, to: ConnectSchema): Projection | undefined {
  if (from.name !== to.name) return undefined
  if (JSON.stringify(from.parameters ?? {}) !== JSON.stringify(to.parameters ?? {}))
    return undefined
  const byDefault = to.default ?? null
  // What may be empty needs a place that may be so, too, or something to stand there instead.
  if (from.optional && !to.optional && byDefault === null) return undefined
  const present = presentOf(from, to)
  if (present === undefined) return undefined
  const { project } = present
  return { ...present, project: (value) => (value === null ? byDefault : project(value)) }
}

function presentOf(from: ConnectSchema, to: ConnectSchema): Projection | undefined {
  if (from.type !== to.type) return promotion(from, to)
  if (from.type === 'struct') return structProjection(from.fields ?? [], to.fields ?? [])
  if (from.type === 'array') return arrayProjection(from.values, to.values)
  if (from.type === 'map') return mapProjection(from, to)
  return unchanged
}

const unchanged: Projection = { project: (value) => value, drops: false, fills: false }

/** Each number fits into those behind it. */
const widths: readonly ConnectType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64']

function promotion({ type, name }: ConnectSchema, to: ConnectSchema): Projection | undefined {
  const [narrow, wide] = [widths.indexOf(type), widths.indexOf(to.type)]
  if (name !== undefined || narrow < 0 || wide < narrow) return undefined
  if (to.type === 'int64') return { ...unchanged, project: (value) => BigInt(value as number) }
  return to.type.startsWith('float') ? { ...unchanged, project: Number } : unchanged
}

function structProjection(
  from: readonly ConnectField[],
  to: readonly ConnectField[],
): Projection | undefined {
  const given = new Map(from.map(({ name, schema }) => [name, schema]))
  const fields: { name: string; projection: Projection }[] = []
  for (const { name, schema } of to) {
    const own = given.get(name)
    given.delete(name)
    const projection = own === undefined ? filling(schema) : projectionOf(own, schema)
    if (projection === undefined) return undefined
    fields.push({ name, projection })
  }
  return {
    project: (value) => {
      const own = value as Readonly<Record<string, unknown>>
      return Object.fromEntries(
        fields.map(({ name, projection }) => [name, projection.project(own[name] ?? null)]),
      )
    },
    drops: given.size > 0 || fields.some(({ projection }) => projection.drops),
    fills: fields.some(({ projection }) => projection.fills),
  }
}

/** Of a field that the values lack. */
function filling(schema: ConnectSchema): Projection | undefined {
  const byDefault = schema.default ?? null
  if (byDefault === null && !schema.optional) return undefined
  return { project: () => byDefault, drops: false, fills: true }
}

function arrayProjection(
  from: ConnectSchema | undefined,
  to: ConnectSchema | undefined,
): Projection | undefined {
  const element = from && to && projectionOf(from, to)
  if (element === undefined) return undefined
  const project = (value: unknown) =>
    (value as readonly unknown[]).map((one) => element.project(one ?? null))
  return { ...element, project }
}

function mapProjection(from: ConnectSchema, to: ConnectSchema): Projection | undefined {
  const key = from.keys && to.keys && projectionOf(from.keys, to.keys)
  const value = from.values && to.values && projectionOf(from.values, to.values)
  if (key === undefined || value === undefined) return undefined
  return {
    project: (map) =>
      new Map(
        [...(map as ReadonlyMap<unknown, unknown>)].map(([one, other]) => [
          key.project(one),
          value.project(other ?? null),
        ]),
      ),
    drops: key.drops || value.drops,
    fills: key.fills || value.fills,
  }
}
