import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LeatError } from '../../base/errors.ts'
import { between, pick, type Random, seededRandom } from '../../base/random.ts'
import { jsonSchemaFormat } from './index.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const rounds = 300

test('texts that were changed anyhow are schemas or refused, and can be compared and validated with', () => {
  const random = seededRandom(seed)
  let parsed = 0
  for (let round = 0; round < rounds; round++) {
    const schema = randomSchema(random, 4)
    const mutated = mutatedText(random, JSON.stringify(schema))
    const story = `SEED=${seed} ${mutated}`
    const one = outcome(() => jsonSchemaFormat.parse(mutated), story)
    const other = outcome(() => jsonSchemaFormat.parse(JSON.stringify(schema)), story)
    if (one === undefined || other === undefined) continue
    parsed += 1
    outcome(() => one.incompatibilities(other), story)
    outcome(() => one.validate(randomValue(random, 3)), story)
  }
  assert.ok(parsed > rounds / 10, `only ${parsed} were schemas, SEED=${seed}`)
})

test('every schema can be read by itself', () => {
  const random = seededRandom(seed)
  for (let round = 0; round < rounds; round++) {
    const text = JSON.stringify(randomSchema(random, 4))
    const schema = outcome(() => jsonSchemaFormat.parse(text), text)
    if (schema === undefined) continue
    const again = jsonSchemaFormat.parse(schema.normalized())
    assert.deepEqual(again.incompatibilities(schema), [], `SEED=${seed} ${text}`)
    assert.deepEqual(schema.incompatibilities(again), [], `SEED=${seed} ${text}`)
  }
})

function outcome<Result>(run: () => Result, story: string): Result | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof LeatError) return undefined
    throw new Error(story, { cause: error })
  }
}

const names = ['a', 'b', 'constructor', '__proto__', '']

function randomSchema(random: Random, depth: number): unknown {
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

function randomValue(random: Random, depth: number): unknown {
  const plain = [null, true, 1, 0.3, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!']
  if (depth === 0 || random.next() < 0.3) return pick(random, plain)
  const inner = () => randomValue(random, depth - 1)
  if (random.next() < 0.5) return [inner(), inner()]
  return Object.fromEntries(names.map((name) => [name, inner()]))
}

function mutatedText(random: Random, text: string): string {
  const at = between(random, 0, text.length - 1)
  const to = at + between(random, 0, 8)
  const piece = pick(random, [
    '',
    '"',
    '{',
    '[',
    'null',
    '-1',
    ',',
    '__proto__',
    text.slice(at, to),
  ])
  return random.next() < 0.3 ? text : text.slice(0, at) + piece + text.slice(to)
}
