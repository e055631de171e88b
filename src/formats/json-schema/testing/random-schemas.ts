/** Random JSON schemas of draft 7, and values that sometimes fit them, by seed. */
import { between, pick, type Random } from '../../../base/random.ts'

const names = ['a', 'b', 'constructor', '__proto__', '']

export function randomSchema(random: Random, depth: number): unknown {
  if (depth === 0) return pick(random, [true, false, {}, { type: 'string' }, { $ref: '#' }])
  const inner = () => randomSchema(random, depth - 1)
  const some = () => Array.from({ length: between(random, 1, 3) }, inner)
  const named = () =>
    Object.fromEntries([pick(random, names), pick(random, names)].map((name) => [name, inner()]))
  const keywords: Readonly<Record<string, () => unknown>> = {
    type: () =>
      pick(random, ['object', 'array', 'string', 'integer', ['string', 'null'], 'number']),
    properties: named,
    patternProperties: () => ({ '^a': inner(), '(a+)+$': inner() }),
    additionalProperties: inner,
    required: () => ['a'],
    dependencies: () => ({ a: ['b'], b: inner() }),
    items: () => pick(random, [inner(), some()]),
    additionalItems: inner,
    contains: inner,
    oneOf: some,
    anyOf: some,
    allOf: some,
    not: inner,
    if: inner,
    enum: () => [1, 'a', null],
    const: () => ({ a: 1 }),
    minimum: () => between(random, -3, 3),
    multipleOf: () => pick(random, [0.1, 3, 1e-300]),
    maxLength: () => 3,
    pattern: () => pick(random, ['^(a+)+$', 'b', '(?=x)']),
    uniqueItems: () => true,
    $ref: () => pick(random, ['#', '#/properties/a', '#/definitions/d']),
    definitions: () => ({ d: inner() }),
    default: () => null,
  }
  const chosen = Array.from({ length: between(random, 0, 4) }, () =>
    pick(random, Object.keys(keywords)),
  )
  return Object.fromEntries(chosen.map((key) => [key, keywords[key]?.()]))
}

export function randomValue(random: Random, depth: number): unknown {
  const plain = [null, true, 1, 0.3, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!']
  if (depth === 0 || random.next() < 0.3) return pick(random, plain)
  const inner = () => randomValue(random, depth - 1)
  if (random.next() < 0.5) return [inner(), inner()]
  return Object.fromEntries(names.map((name) => [name, inner()]))
}
