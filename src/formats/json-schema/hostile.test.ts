import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LeatError } from '../../base/errors.ts'
import { between, pick, type Random, seededRandom } from '../../base/random.ts'
import { jsonSchemaFormat } from './index.ts'
import { randomSchema, randomValue } from './testing/random-schemas.ts'

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

test('thirty thousand items are told apart in a moment, in schemas and in values', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => ({ a: index, b: [`${index}`] }))
  const schema = jsonSchemaFormat.parse('{"uniqueItems":true}')
  assert.equal(schema.validate(many), undefined)
  assert.match(schema.validate([...many, { b: ['7'], a: 7 }]) ?? '', /NOT have duplicate items/)
  assert.equal(schema.validate([1, '1', [1], { 1: 1 }, null, 'null', true]), undefined)
  jsonSchemaFormat.parse(JSON.stringify({ enum: many }))
  const twice = JSON.stringify({ enum: [...many, many[0]] })
  assert.throws(
    () =>
      jsonSchemaFormat.parse(
        `{"$schema":"http://json-schema.org/draft-04/schema#",${twice.slice(1)}`,
      ),
    {
      code: 'invalid-schema',
    },
  )
})

const thousand = Array.from({ length: 1000 }, (_, index) => index)
const upTo = (most: (index: number) => number) => ({
  anyOf: thousand.map((index) => ({ type: 'number', maximum: most(index) })),
})
const named = (letter: string) => ({
  anyOf: thousand.map((index) => ({ type: 'object', required: [`${letter}${index}`] })),
})
const patterned = (letter: string) => ({
  properties: Object.fromEntries(thousand.map((n) => [`${letter}${n}`, { type: 'string' }])),
  patternProperties: Object.fromEntries(thousand.map((n) => [`^x${n}y$`, { type: 'string' }])),
  additionalProperties: false,
})
const heavy: readonly [string, object, object, RegExp][] = [
  ['a thousand alternatives that all fit', upTo((n) => n), upTo((n) => n + 2000), /^$/],
  ['a thousand in another order', upTo((n) => n), upTo((n) => (n * 7) % 1000), /^$/],
  [
    'a thousand of which one does not fit',
    upTo((n) => n),
    upTo((n) => n - 1),
    /SUBSCHEMAS_CHANGED/,
  ],
  [
    'a thousand of which half fit and all the others none',
    ...[upTo((n) => n), upTo((n) => (n < 500 ? 5000 + n : -1 - n))],
    /SUBSCHEMAS_CHANGED/,
  ] as [string, object, object, RegExp],
  ['a thousand objects', named('a'), named('b'), /^$|CHANGED/],
  ['a thousand patterns and names', patterned('a'), patterned('b'), /too large to be compared/],
]

for (const [what, older, newer, verdict] of heavy) {
  test(`${what} are compared in a moment`, () => {
    const [one, other] = [older, newer].map((schema) =>
      jsonSchemaFormat.parse(JSON.stringify(schema)),
    )
    assert.ok(one !== undefined && other !== undefined)
    const before = process.cpuUsage()
    const [found = ''] = other.incompatibilities(one)
    const { user } = process.cpuUsage(before)
    assert.match(found, verdict)
    assert.ok(user < mostCpuMicroseconds, `${user / 1000} ms of CPU`)
  })
}

/** A busy machine takes twice as long as an idle one. */
const mostCpuMicroseconds = 2_000_000

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
