/** What Kafka's converters make of bytes and of values, leat's make of them too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { readConverter } from '../../src/connect/converters/open.ts'
import type { ConnectSchema } from '../../src/connect/kit/data.ts'
import { askConnect, comparable, shownSchema, shownValue } from '../helpers/connect-data.ts'
import { plain, randomSchema, randomValue, records } from '../helpers/connect-records.ts'
import { requirePeer } from '../helpers/peers.ts'

const json = 'org.apache.kafka.connect.json.JsonConverter'
const text = 'org.apache.kafka.connect.storage.StringConverter'
const header = 'org.apache.kafka.connect.storage.SimpleHeaderConverter'
const packageOfPrimitives = 'org.apache.kafka.connect.converters.'
const primitives = ['Boolean', 'Short', 'Integer', 'Long', 'Float', 'Double', 'ByteArray']

type Config = Readonly<Record<string, string>>

interface Written {
  readonly type: string
  readonly config: Config
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)

test('every value is written as Kafka writes it', async (t) => {
  const peer = requirePeer(t, 'kafka-connect-4.3.1')
  if (peer === undefined || requirePeer(t, 'java') === undefined) return
  const written = [...valuesByHand(), ...randomValues()]
  const answers = await askConnect(
    peer,
    written.map(({ type, config, schema, value }) => ({
      do: 'fromConnect',
      type,
      config,
      schema: shownSchema(schema),
      value: shownValue(schema, value),
    })),
  )
  for (const [index, one] of written.entries()) {
    const ours = await outcome(async () => {
      const converter = await open(one.type, one.config)
      return (await converter.fromConnect('topic', one.schema, one.value))?.toString('hex') ?? null
    })
    same(one.type, ours, answers[index], whatIs(one))
  }
})

test('all bytes are read as Kafka reads them', async (t) => {
  const peer = requirePeer(t, 'kafka-connect-4.3.1')
  if (peer === undefined || requirePeer(t, 'java') === undefined) return
  const read = [...texts(), ...envelopes(), ...primitiveBytes()]
  const answers = await askConnect(
    peer,
    read.map(({ type, config, bytes }) => ({
      do: 'toConnect',
      type,
      config,
      bytes: bytes?.toString('hex') ?? null,
    })),
  )
  for (const [index, one] of read.entries()) {
    const ours = await outcome(async () => {
      const converter = await open(one.type, one.config)
      const { schema, value } = await converter.toConnect('topic', one.bytes)
      return { schema: shownSchema(schema), value: shownValue(schema, value) }
    })
    same(one.type, ours, answers[index], `${one.type} ${JSON.stringify(one.config)} ${one.bytes}`)
  }
})

async function open(type: string, config: Config) {
  const role = type === header ? 'header' : 'value'
  const prefixed = Object.entries(config).map(([key, one]) => [`${role}.converter.${key}`, one])
  const read = readConverter(
    role,
    { [`${role}.converter`]: type, ...Object.fromEntries(prefixed) },
    {},
  )
  assert.ok(read.open, JSON.stringify(read.errors))
  return read.open()
}

async function outcome(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    return await attempt()
  } catch (error) {
    return { error: (error as Error).message }
  }
}

function same(type: string, ours: unknown, theirs: unknown, what: string): void {
  if (isRefusal(theirs) || isRefusal(ours)) {
    const both = isRefusal(theirs) && isRefusal(ours)
    assert.ok(both, `SEED=${seed} ${what}: ${JSON.stringify({ ours, theirs })}`)
  } else if (type === json && typeof ours === 'string' && typeof theirs === 'string') {
    assert.equal(jsonOf(ours), jsonOf(theirs), `SEED=${seed} ${what}`)
  } else {
    assert.deepEqual(comparable(ours), comparable(theirs), `SEED=${seed} ${what}`)
  }
}

function whatIs({ type, config, schema, value }: Written): string {
  const shown = { type, config, schema: shownSchema(schema), value: shownValue(schema, value) }
  return JSON.stringify(shown)
}

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer
}

/** The same keys in the same order; 1.0 and 1 are the same number. */
function jsonOf(hex: string): string {
  return JSON.stringify(JSON.parse(Buffer.from(hex, 'hex').toString()))
}

function* valuesByHand(): Generator<Written> {
  const configs: readonly (readonly [string, Config])[] = [
    [json, {}],
    [json, { 'schemas.enable': 'false' }],
    [json, { 'decimal.format': 'NUMERIC', 'replace.null.with.default': 'false' }],
    [header, {}],
    ...primitives.map((name) => [`${packageOfPrimitives}${name}Converter`, {}] as const),
  ]
  const several: [ConnectSchema | null, unknown][] = [
    [null, null],
    [plain('boolean'), true],
    [plain('int8'), -3],
    [plain('int16'), 300],
    [plain('int32', { optional: true }), null],
    [plain('int64'), 2n ** 62n],
    [plain('float32'), Math.fround(0.1)],
    [plain('float64'), 1e-9],
    [plain('float64'), Number.NaN],
    [plain('string'), 'ü "quoted"'],
    [plain('bytes'), Buffer.from('ff00', 'hex')],
    [plain('map', { keys: plain('int32'), values: plain('string') }), new Map([[1, 'a']])],
    [null, 'text'],
    [null, true],
  ]
  for (const [type, config] of configs) {
    for (const [schema, value] of several) yield { type, config, schema, value }
    if (type.startsWith(packageOfPrimitives)) continue
    for (const { valueSchema, value } of Object.values(records)) {
      yield { type, config, schema: valueSchema, value }
    }
  }
  for (const [schema, value] of several.filter(([, one]) => !Buffer.isBuffer(one))) {
    yield { type: text, config: {}, schema, value }
  }
}

function* randomValues(): Generator<Written> {
  const random = seededRandom(seed)
  for (let left = 300; left > 0; left--) {
    const schema = randomSchema(random, 3)
    const value = randomValue(schema, random)
    yield { type: json, config: {}, schema, value }
    yield { type: json, config: { 'replace.null.with.default': 'false' }, schema, value }
    yield { type: header, config: {}, schema, value }
  }
}

interface Read {
  readonly type: string
  readonly config: Config
  readonly bytes: Buffer | null
}

function* texts(): Generator<Read> {
  const several = [
    ...[
      '',
      ' ',
      'text',
      'true',
      'false',
      'null',
      'True',
      '1',
      '-1',
      '+5',
      '127',
      '128',
      '70000',
      '1.5',
    ],
    ...[
      '3000000000',
      '9223372036854775808',
      '1e3',
      '1E400',
      '0.1',
      '12abc',
      '0x1f',
      '1.0',
      '-0',
      '007',
    ],
    ...['[1,2,3]', '[1,2.5]', '[1, "a"]', '[]', '[1,,2]', '[1', '[null]', '["a","b"]', '[[1],[2]]'],
    ...[
      '{"a":1}',
      '{"a":1,"b":2}',
      '{"a":null}',
      '{}',
      '{"a":[1,2]}',
      '{1:2}',
      '{"a"}',
      'true}',
      '{a:1}',
    ],
    ...['2024-02-29', '2024-02-30', '12:34:56.789Z', '2024-02-29T12:34:56.789Z', '["2024-02-29"]'],
    ...[
      '"quoted"',
      '"a\\"b"',
      'a,b',
      'a:b',
      '\\"x\\"',
      '[ 1 , 2 ]',
      '{ "a" : 1 }',
      '1 2',
      'nullx',
      '-',
      '+',
    ],
  ]
  for (const one of several) {
    yield { type: header, config: {}, bytes: Buffer.from(one) }
    yield { type: text, config: {}, bytes: Buffer.from(one) }
    if (whereKafkaIsLax.includes(one)) continue
    yield { type: json, config: { 'schemas.enable': 'false' }, bytes: Buffer.from(one) }
  }
  for (const type of [header, text, json]) yield { type, config: {}, bytes: null }
}

/** Kafka's JSON ignores what stands behind a value, zeros in front, and what is beyond 64 bits. */
const whereKafkaIsLax = ['9223372036854775808', '007', 'true}', '1 2']

function* envelopes(): Generator<Read> {
  const several: [unknown, unknown][] = [
    [null, { a: 1, b: [1.5, 'x', null, true], c: { d: null } }],
    [{ type: 'int8' }, 5],
    [{ type: 'int64', optional: true }, null],
    [{ type: 'int64', optional: false }, null],
    [{ type: 'int32', default: 7 }, null],
    [{ type: 'float' }, 1.25],
    [{ type: 'double' }, 3],
    [{ type: 'string', name: 'x', version: 3, doc: 'd', parameters: { a: 'b' } }, 'v'],
    [{ type: 'string', parameters: { a: 1 } }, 'v'],
    [{ type: 'bytes' }, 'AP8='],
    [{ type: 'boolean' }, false],
    [{ type: 'array', items: { type: 'int32' } }, [1, 2]],
    [{ type: 'array' }, [1, 2]],
    [{ type: 'map', keys: { type: 'string' }, values: { type: 'int32' } }, { a: 1 }],
    [{ type: 'map', keys: { type: 'int32' }, values: { type: 'int32' } }, [[1, 2]]],
    [{ type: 'map', keys: { type: 'int32' }, values: { type: 'int32' } }, { a: 1 }],
    [{ type: 'map', keys: { type: 'int32' }, values: { type: 'int32' } }, [[1, 2, 3]]],
    [{ type: 'struct', fields: [{ field: 'a', type: 'int32' }] }, { a: 1 }],
    [{ type: 'struct', fields: [{ field: 'a', type: 'int32', optional: true }] }, { b: 1 }],
    [{ type: 'struct', fields: [{ field: 'a', type: 'int32' }] }, { b: 1 }],
    [{ type: 'struct', fields: [{ type: 'int32' }] }, {}],
    [{ type: 'struct' }, {}],
    [{ type: 'struct', fields: [] }, 5],
    [{ type: 'nothing' }, {}],
    [{}, 1],
    [{ type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp', version: 1 }, 1700000000123],
    [{ type: 'int32', name: 'org.apache.kafka.connect.data.Date', version: 1 }, 19000],
    [{ type: 'int32', name: 'org.apache.kafka.connect.data.Time', version: 1 }, 3600001],
    [{ type: 'int32', name: 'org.apache.kafka.connect.data.Time', version: 1 }, 86400001],
    [{ type: 'int32', name: 'org.apache.kafka.connect.data.Date', version: 1 }, 'x'],
    [decimal(2), 'BN8='],
    [decimal(2), 12.34],
    [{ ...decimal(2), default: 'BN8=' }, null],
  ]
  for (const [schema, payload] of several) {
    yield { type: json, config: {}, bytes: Buffer.from(JSON.stringify({ schema, payload })) }
  }
  for (const one of [
    '{"schema":{"type":"int64"},"payload":9007199254740993}',
    '{"payload":1}',
    '1',
  ]) {
    yield { type: json, config: {}, bytes: Buffer.from(one) }
  }
}

function decimal(scale: number) {
  const name = 'org.apache.kafka.connect.data.Decimal'
  return { type: 'bytes', name, version: 1, parameters: { scale: `${scale}` } }
}

function* primitiveBytes(): Generator<Read> {
  for (const name of primitives) {
    for (const hex of [
      '',
      '00',
      '01',
      '02',
      '8000',
      '7fffffff',
      '3ff0000000000000',
      'ffffffffffffffff',
    ]) {
      const type = `${packageOfPrimitives}${name}Converter`
      yield { type, config: {}, bytes: Buffer.from(hex, 'hex') }
    }
  }
}
