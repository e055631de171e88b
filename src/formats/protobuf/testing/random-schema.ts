import { between, pick, type Random } from '../../../base/random.ts'

/** A schema and records that fit it, by chance: all kinds of fields in all versions of the language. */
export interface RandomSchema {
  readonly text: string
  /** The full name of the message that records are of. */
  readonly message: string
  record(): Record<string, unknown>
}

type Draw = (random: Random) => unknown

const scalars: Readonly<Record<string, Draw>> = {
  double: (random) => between(random, -1_000_000, 1_000_000) / 8,
  float: (random) => between(random, -1000, 1000) / 4,
  int32: int32,
  sint32: int32,
  sfixed32: int32,
  uint32: (random) => between(random, 0, 2 ** 32 - 1),
  fixed32: (random) => between(random, 0, 2 ** 32 - 1),
  int64: (random) => BigInt.asIntN(64, wide(random)),
  sint64: (random) => BigInt.asIntN(64, wide(random)),
  sfixed64: (random) => BigInt.asIntN(64, wide(random)),
  uint64: wide,
  fixed64: wide,
  bool: (random) => random.next() < 0.5,
  string: (random) => pick(random, ['', 'a', 'Zähler', '電力', '🔌', 'x'.repeat(200)]),
  bytes: (random) => random.bytes(between(random, 0, 20)),
}
const keys = ['int32', 'int64', 'uint32', 'sint64', 'fixed64', 'bool', 'string']
const constants = ['UNKNOWN', 'IDLE', 'RUNNING']
const versions = [
  {
    head: 'syntax = "proto3";',
    single: ['', 'optional '],
    hasPresence: (label: string) => label !== '',
  },
  { head: 'syntax = "proto2";', single: ['optional '], hasPresence: () => true },
  { head: 'edition = "2023";', single: [''], hasPresence: () => true },
] as const

export function randomSchema(random: Random): RandomSchema {
  const { head, single, hasPresence } = pick(random, versions)
  const lines: string[] = []
  const fields: { name: string; draw: () => unknown }[] = []
  const numbers = new Set<number>()
  const number = (): number => {
    const drawn = pick(random, [between(random, 1, 15), between(random, 16, 5000), 536_870_911])
    if (numbers.has(drawn)) return number()
    numbers.add(drawn)
    return drawn
  }
  const type = (): [name: string, draw: () => unknown] => {
    const name = pick(random, [...Object.keys(scalars), 'Mode', 'Inner'])
    if (name === 'Mode') return [name, () => pick(random, constants)]
    if (name === 'Inner') return [name, () => inner(random, hasPresence(single[0]))]
    return [name, () => scalars[name]?.(random)]
  }
  const maybe = (draw: () => unknown) => () => (random.next() < 0.3 ? null : draw())
  const items = (draw: () => unknown) => () =>
    Array.from({ length: between(random, 0, 4) }, () => draw())
  for (let index = 0; index < between(random, 1, 12); index += 1) {
    const name = `field_${index}`
    const [typeName, draw] = type()
    const shape = random.next()
    if (shape < 0.5) {
      const label = pick(random, single)
      lines.push(`${label}${typeName} ${name} = ${number()};`)
      const isExplicit = hasPresence(label) || typeName === 'Inner'
      fields.push({ name, draw: isExplicit ? maybe(draw) : draw })
    } else if (shape < 0.8) {
      lines.push(`repeated ${typeName} ${name} = ${number()};`)
      fields.push({ name, draw: items(draw) })
    } else {
      const key = pick(random, keys)
      lines.push(`map<${key}, ${typeName}> ${name} = ${number()};`)
      const entry = (): [unknown, unknown] => [scalars[key]?.(random), draw()]
      fields.push({ name, draw: () => new Map(items(entry)() as [unknown, unknown][]) })
    }
  }
  const chosen = [type(), type()] as const
  lines.push('oneof choice {')
  for (const [index, [typeName]] of chosen.entries()) {
    lines.push(`  ${typeName} choice_${index} = ${number()};`)
  }
  lines.push('}')
  const innerLabel = single[0]
  const text = `${head}
package plant.random;
message Reading {
  ${lines.join('\n  ')}
  message Inner { ${innerLabel}int64 count = 1; ${innerLabel}string note = 2; repeated Inner inner = 3; }
  enum Mode { ${constants.map((name, index) => `${name} = ${index};`).join(' ')} }
}
`
  const record = () => {
    const which = between(random, 0, 2)
    return {
      ...Object.fromEntries(fields.map(({ name, draw }) => [name, draw()])),
      ...Object.fromEntries(
        chosen.map(([, draw], index) => [`choice_${index}`, index === which ? draw() : null]),
      ),
    }
  }
  return { text, message: 'plant.random.Reading', record }
}

function inner(random: Random, hasPresence: boolean, depth = 0): Record<string, unknown> {
  const absent = hasPresence && random.next() < 0.3
  return {
    count: absent ? null : BigInt(between(random, -5, 5)),
    note: pick(random, ['', 'ok']),
    inner: depth < 2 && random.next() < 0.5 ? [inner(random, hasPresence, depth + 1)] : [],
  }
}

function int32(random: Random): number {
  return pick(random, [0, -1, 2 ** 31 - 1, -(2 ** 31), between(random, -100_000, 100_000)])
}

function wide(random: Random): bigint {
  return pick(random, [
    0n,
    1n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
    random.bytes(8).readBigUInt64LE(),
  ])
}
