/** Random Avro schemas, changed ones and values that fit, by seed. */
import { between, pick, type Random } from '../../../base/random.ts'

export type SchemaJson = string | readonly SchemaJson[] | { readonly [key: string]: unknown }

interface MutableRecord {
  [key: string]: unknown
}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
const spaces = ['', 'org.example', 'org.example.deep'] as const
const logical: readonly SchemaJson[] = [
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'int', logicalType: 'date', 'connect.name': 'org.apache.kafka.connect.data.Date' },
  { type: 'bytes', scale: 2, logicalType: 'decimal', precision: 9, 'connect.version': 1 },
  { type: 'string', logicalType: 'uuid' },
  { type: 'string', logicalType: 'date', 'avro.java.string': 'String' },
]

export class SchemaMaker {
  readonly #random: Random
  /** What a name may stand for, by full name, as it was defined. */
  readonly #defined = new Map<string, SchemaJson>()
  #count = 0

  constructor(random: Random) {
    this.#random = random
  }

  schema(depth = 3): SchemaJson {
    return this.#chance(0.9) ? this.record('', depth) : this.type('', depth)
  }

  type(space: string, depth: number): SchemaJson {
    const roll = this.#random.next()
    if (depth <= 0 || roll < 0.4) return this.#leaf(space)
    if (roll < 0.5) return { type: 'array', items: this.type(space, depth - 1) }
    if (roll < 0.6) return { type: 'map', values: this.type(space, depth - 1) }
    if (roll < 0.8) return this.#union(space, depth - 1)
    return this.record(space, depth - 1)
  }

  record(space: string, depth: number): SchemaJson {
    const head = this.#head('record', space)
    const inner = head.space
    // Of records in a union with the same names of fields, not every value says which it belongs to.
    const own = this.#count
    const fields = Array.from({ length: between(this.#random, 0, 4) }, (_, index) =>
      this.#field(`f${own}_${index}`, inner, depth),
    )
    const record = { ...head.json, fields }
    this.#defined.set(head.full, record)
    return record
  }

  #field(name: string, space: string, depth: number): SchemaJson {
    const type = this.type(space, depth)
    const field: MutableRecord = { name, type }
    const preset = simpleDefault(this.#random, type)
    if (preset !== undefined && this.#chance(0.4)) field.default = preset
    if (this.#chance(0.1)) field.doc = 'what "it" is\n'
    if (this.#chance(0.1)) field.order = pick(this.#random, ['ignore', 'descending', 'ascending'])
    if (this.#chance(0.1)) field.aliases = [`old_${name}`, `older_${name}`]
    if (this.#chance(0.1)) field['connect.parameters'] = { b: [1, 1.5, null], a: '\u0001' }
    return shuffled(this.#random, field)
  }

  #leaf(space: string): SchemaJson {
    const roll = this.#random.next()
    if (roll < 0.5) return pick(this.#random, primitives)
    if (roll < 0.6) return pick(this.#random, logical)
    if (roll < 0.7) return this.#enum(space)
    if (roll < 0.8) return this.#fixed(space)
    const names = [...this.#defined.keys()]
    return names.length === 0 ? 'string' : pick(this.#random, names)
  }

  #union(space: string, depth: number): SchemaJson {
    const branches = new Map<string, SchemaJson>()
    if (this.#chance(0.6)) branches.set('null', 'null')
    for (let count = between(this.#random, 0, 3); count >= 0; count--) {
      const branch = this.type(space, depth)
      if (!Array.isArray(branch)) branches.set(branchKey(branch), branch)
    }
    return branches.size === 0 ? ['null'] : [...branches.values()]
  }

  #enum(space: string): SchemaJson {
    const head = this.#head('enum', space)
    const symbols = ['A', 'B', 'C', 'D'].slice(0, between(this.#random, 1, 4))
    const json: MutableRecord = { ...head.json, symbols }
    if (this.#chance(0.3)) json.default = 'A'
    this.#defined.set(head.full, json)
    return json
  }

  #fixed(space: string): SchemaJson {
    const head = this.#head('fixed', space)
    const json = { ...head.json, size: between(this.#random, 0, 4) }
    this.#defined.set(head.full, json)
    return json
  }

  /** A new name, now inside the namespace around it, now in one of its own or with dots. */
  #head(type: string, outer: string) {
    this.#count += 1
    const simple = `${type[0]?.toUpperCase()}${this.#count}`
    const space = this.#chance(0.5) ? outer : pick(this.#random, spaces)
    const full = space === '' ? simple : `${space}.${simple}`
    const json: MutableRecord = { type }
    if (space === outer) json.name = simple
    else if (space === '' || this.#chance(0.5))
      Object.assign(json, { name: simple, namespace: space })
    else json.name = full
    if (this.#chance(0.1)) json.doc = 'a type'
    if (this.#chance(0.15)) json.aliases = [`Old${simple}`, 'some.where.Else', `${space}.Same`]
    if (this.#chance(0.1)) json.owner = { z: 1, a: [true] }
    return { json, space, full }
  }

  #chance(of: number): boolean {
    return this.#random.next() < of
  }
}

/** What the branches of a union are told apart by, roughly: names are new with every type. */
function branchKey(branch: SchemaJson): string {
  if (typeof branch === 'string') return branch
  const { type, name, namespace } = branch as { type: string; name?: string; namespace?: string }
  return name === undefined ? type : `${namespace ?? ''}.${name}`
}

function simpleDefault(random: Random, type: SchemaJson): unknown {
  if (Array.isArray(type)) return type.includes('null') ? null : undefined
  const kind = typeof type === 'string' ? type : (type as { type: unknown }).type
  switch (kind) {
    case 'null':
      return null
    case 'boolean':
      return true
    case 'int':
    case 'long':
      return between(random, -5, 5)
    case 'float':
    case 'double':
      return pick(random, [0.1, 1e10, -2.5e-7, 3.25])
    case 'string':
    case 'bytes':
      return pick(random, ['', 'text', 'ÿ\u0001"'])
    case 'enum':
      return 'A'
    case 'array':
      return []
    case 'map':
      return {}
    default:
      return undefined
  }
}

function shuffled(random: Random, object: MutableRecord): SchemaJson {
  const entries = Object.entries(object).map((entry) => ({ entry, place: random.next() }))
  entries.sort((one, other) => one.place - other.place)
  return Object.fromEntries(entries.map(({ entry }) => entry))
}

/** The schema with some of its parts changed, as people and as enemies change them. */
export function changed(random: Random, schema: SchemaJson): SchemaJson {
  if (typeof schema === 'string') {
    return random.next() < 0.1 ? pick(random, primitives) : schema
  }
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) => changed(random, branch))
    if (random.next() < 0.15) branches.pop()
    if (random.next() < 0.15) branches.reverse()
    return branches
  }
  const json: MutableRecord = { ...schema }
  for (const key of ['items', 'values']) {
    if (json[key] !== undefined) json[key] = changed(random, json[key] as SchemaJson)
  }
  if (random.next() < 0.05 && typeof json.name === 'string') json.name += 'New'
  if (random.next() < 0.05) json.aliases = ['org.example.R1', 'R2', 'E3']
  if (typeof json.size === 'number' && random.next() < 0.3) json.size += 1
  if (Array.isArray(json.symbols) && random.next() < 0.3) {
    json.symbols = json.symbols.slice(0, 1).concat('NEW')
  }
  if (Array.isArray(json.fields)) json.fields = changedFields(random, json.fields)
  return json as SchemaJson
}

function changedFields(random: Random, fields: readonly MutableRecord[]): MutableRecord[] {
  const kept = fields.filter(() => random.next() < 0.9)
  const now = kept.map((field): MutableRecord => {
    const type = changed(random, field.type as SchemaJson)
    const { default: preset, ...rest }: MutableRecord = { ...field, type }
    const keeps = JSON.stringify(type) === JSON.stringify(field.type) && random.next() < 0.8
    const roll = random.next()
    if (roll < 0.1) Object.assign(rest, { name: `old_${field.name}` })
    else if (roll < 0.2) Object.assign(rest, { name: 'renamed', aliases: [field.name] })
    return keeps && preset !== undefined ? { ...rest, default: preset } : rest
  })
  if (random.next() < 0.3) now.push({ name: 'added', type: 'int' })
  if (random.next() < 0.3) now.push({ name: 'extra', type: ['null', 'string'], default: null })
  return now
}
