// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the places in topic.format look like templates.
/** What Kafka's transforms make of a record, leat's make of it too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import type { SinkRecord } from '../../src/connect/kit/record.ts'
import { transformChain } from '../../src/connect/transforms/chain.ts'
import { askConnect, askedRecord, comparable, shownRecord } from '../helpers/connect-data.ts'
import { below, randomRecord, records } from '../helpers/connect-records.ts'
import { requirePeer } from '../helpers/peers.ts'

interface Case {
  readonly name: string
  readonly type: string
  readonly config: Readonly<Record<string, string>>
  readonly record: SinkRecord
}

type Configured = readonly [string, Readonly<Record<string, string>>]

const keepNull = { 'replace.null.with.default': 'false' }
const v2 = { 'field.syntax.version': 'V2' }

const everySide: readonly Configured[] = [
  ['Cast', { spec: 'id:string,small:int64,ratio:string,ok:int8,number:int16' }],
  ['Cast', { spec: 'id:int8,temperature:int64,count:float64,text:boolean' }],
  ['Cast', { spec: 'at:int64,day:int32,time:string,price:float64,raw:string' }],
  ['Cast', { spec: 'at:string,temperature:string,price:string,count:string', ...keepNull }],
  ['Cast', { spec: 'text:int32' }],
  ['Cast', { spec: 'tags:string' }],
  ['Cast', { spec: 'string' }],
  ['Cast', { spec: 'int32' }],
  ['Cast', { spec: 'float32' }],
  ['Cast', { spec: 'boolean' }],
  ['ExtractField', { field: 'id' }],
  ['ExtractField', { field: 'count' }],
  ['ExtractField', { field: 'count', ...keepNull }],
  ['ExtractField', { field: 'place.hall', ...v2 }],
  ['ExtractField', { field: 'place.`row.seat`', ...v2 }],
  ['ExtractField', { field: 'place.deeper.end', ...v2 }],
  ['ExtractField', { field: 'place.hall' }],
  ['ExtractField', { field: 'text.deeper', ...v2 }],
  ['Flatten', {}],
  ['Flatten', { delimiter: '_' }],
  ['HeaderFrom', { fields: 'id,text', headers: 'a,b', operation: 'copy' }],
  ['HeaderFrom', { fields: 'id,text', headers: 'a,b', operation: 'move' }],
  ['HeaderFrom', { fields: 'count', headers: 'c', operation: 'move', ...keepNull }],
  ['HoistField', { field: 'wrapped' }],
  ['InsertField', { 'topic.field': 'topic', 'partition.field': 'p!', 'offset.field': 'o?' }],
  ['InsertField', { 'timestamp.field': 'ts', 'static.field': 's!', 'static.value': 'fixed' }],
  ['InsertField', { 'topic.field': 'id' }],
  ['InsertField', { 'static.field': 's', 'static.value': 'v', ...keepNull }],
  ['MaskField', { fields: 'id,small,ratio,ok,text,at,price,tags,count,temperature' }],
  ['MaskField', { fields: 'place' }],
  ['MaskField', { fields: 'id,small,temperature', replacement: '12' }],
  ['MaskField', { fields: 'text', replacement: '***' }],
  ['MaskField', { fields: 'id', replacement: 'xyz' }],
  ['MaskField', { fields: 'ok', replacement: '1' }],
  ['MaskField', { fields: 'missing' }],
  ['ReplaceField', { exclude: 'id,place' }],
  ['ReplaceField', { include: 'id,text,count' }],
  ['ReplaceField', { include: 'id,text,count', exclude: 'id', ...keepNull }],
  ['ReplaceField', { renames: 'id:key,text:said' }],
  ['SetSchemaMetadata', { 'schema.name': 'Other' }],
  ['SetSchemaMetadata', { 'schema.version': '9', ...keepNull }],
  [
    'TimestampConverter',
    { field: 'at', 'target.type': 'string', format: 'yyyy-MM-dd HH:mm:ss.SSS' },
  ],
  ['TimestampConverter', { field: 'at', 'target.type': 'unix', format: 'yyyy-MM-dd HH:mm:ss.SSS' }],
  ['TimestampConverter', { field: 'at', 'target.type': 'unix', 'unix.precision': 'seconds' }],
  ['TimestampConverter', { field: 'at', 'target.type': 'unix', 'unix.precision': 'nanoseconds' }],
  ['TimestampConverter', { field: 'at', 'target.type': 'Date' }],
  ['TimestampConverter', { field: 'at', 'target.type': 'Time', format: 'yyyy-MM-dd HH:mm:ss.SSS' }],
  ['TimestampConverter', { field: 'day', 'target.type': 'Timestamp' }],
  ['TimestampConverter', { field: 'text', 'target.type': 'Timestamp', format: 'S' }],
  ['TimestampConverter', { 'target.type': 'Timestamp', 'unix.precision': 'microseconds' }],
  ['TimestampConverter', { 'target.type': 'string', format: "EEE, d MMM yyyy 'at' hh:mm a z" }],
  ['TimestampConverter', { 'target.type': 'Date' }],
]

/** Kafka refuses records that have the new name and not the old one, where nothing is to be renamed. */
const renamedOver: Configured = ['ReplaceField$Value', { renames: 'id:text' }]

const wholeRecord: readonly Configured[] = [
  renamedOver,
  ['DropHeaders', { headers: 'a,c' }],
  ['InsertHeader', { header: 'h', 'value.literal': '12' }],
  ['InsertHeader', { header: 'h', 'value.literal': '[1, 2.5, null]' }],
  ['RegexRouter', { regex: '(.*)dings', replacement: '$1-x' }],
  ['RegexRouter', { regex: 'read', replacement: 'y' }],
  ['RegexRouter', { regex: '[a-z]*?', replacement: 'z' }],
  ['RegexRouter', { regex: '(?<head>rea)(dings)', replacement: '${head}\\$$2' }],
  ['TimestampRouter', {}],
  ['TimestampRouter', { 'topic.format': '${timestamp}/${topic}', 'timestamp.format': 'yy-D HH' }],
  ['ValueToKey', { fields: 'id,text' }],
  ['ValueToKey', { fields: 'count,missing', ...keepNull }],
  ['Filter', {}],
]

const prefix = 'org.apache.kafka.connect.transforms.'

function casesByHand(): Case[] {
  const types = [
    ...everySide.flatMap(([name, config]) => [
      [`${name}$Value`, config] as const,
      [`${name}$Key`, config] as const,
    ]),
    ...wholeRecord,
  ]
  return types.flatMap(([name, config]) =>
    Object.entries(records).map(([shape, record]) => ({
      name: `${name} ${JSON.stringify(config)} of ${shape}`,
      type: `${prefix}${name}`,
      config,
      record,
    })),
  )
}

function randomCases(seed: number): Case[] {
  const random = seededRandom(seed)
  return Array.from({ length: 600 }, (_, index) => {
    const [name = '', config = {}] = everySide[below(random, everySide.length)] ?? []
    return {
      name: `random ${index}: ${name} ${JSON.stringify(config)}, SEED=${seed}`,
      type: `${prefix}${name}$Value`,
      config,
      record: randomRecord(random),
    }
  })
}

test('each transform changes each record as Kafka does, and refuses what Kafka refuses', async (t) => {
  const peer = requirePeer(t, 'kafka-connect-4.3.1')
  if (peer === undefined || requirePeer(t, 'java') === undefined) return
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
  const cases = [...casesByHand(), ...randomCases(seed)]
  const answers = await askConnect(
    peer,
    cases.map(({ type, config, record }) => ({
      do: 'transform',
      type,
      config,
      record: askedRecord(record),
    })),
  )
  assert.equal(answers.length, cases.length)
  for (const [index, one] of cases.entries()) {
    const theirs = answers[index]
    if (isKafkasOwnFault(theirs)) continue
    const ours = outcome(one)
    if (isRefusal(theirs) || isRefusal(ours)) {
      const both = isRefusal(theirs) && isRefusal(ours)
      assert.ok(both, `${one.name}: ${JSON.stringify({ ours, theirs })}`)
    } else {
      assert.deepEqual(comparable(ours), comparable(theirs), one.name)
    }
  }
})

function outcome({ type, config, record }: Case): unknown {
  const prefixed = Object.entries(config).map(([key, value]) => [`transforms.t.${key}`, value])
  const chain = transformChain({
    transforms: 't',
    'transforms.t.type': type,
    ...Object.fromEntries(prefixed),
  })
  if (chain.transform === undefined) return { error: JSON.stringify(chain.errors) }
  try {
    return shownRecord(chain.transform(record))
  } catch (error) {
    return { error: (error as Error).message }
  }
}

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer
}

/** SetSchemaMetadata asks every schema for its fields, and only structs have some. */
function isKafkasOwnFault(answer: unknown): boolean {
  return isRefusal(answer) && JSON.stringify(answer).includes('Cannot list fields on non-struct')
}
