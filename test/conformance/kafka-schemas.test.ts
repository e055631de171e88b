/**
 * Every schema says what Apache Kafka's own definitions say: names, order, types, nullability, tags,
 * defaults and ignorability of every field at every version.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { apis } from '../../src/protocols/kafka/apis/index.ts'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
} from '../../src/protocols/kafka/consumer-protocol.ts'
import {
  type AnyField,
  covers,
  type Layout,
  type Schema,
} from '../../src/protocols/kafka/schema.ts'
import {
  type DefinedField,
  type Definition,
  definitionsInJar,
  includes,
} from '../helpers/kafka-definitions.ts'
import { requirePeer } from '../helpers/peers.ts'

const layouts: Layout<Schema>[] = [
  ...apis.flatMap(({ name, versions, flexible, request, response }) => [
    { name: `${name}Request`, versions, flexible, schema: request },
    { name: `${name}Response`, versions, flexible, schema: response },
  ]),
  ConsumerProtocolSubscription as unknown as Layout<Schema>,
  ConsumerProtocolAssignment as unknown as Layout<Schema>,
]

test('every schema agrees with the definitions of Apache Kafka at every version', async (t) => {
  const folder = requirePeer(t, 'kafka-clients')
  if (folder === undefined) return
  const releases = jars(folder).map((jar) => definitionsInJar(join(folder, jar)))
  let compared = 0
  for (const ours of layouts) {
    await t.test(`${ours.name} agrees`, () => {
      for (let version = ours.versions.from; version <= ours.versions.to; version++) {
        const theirs = releases
          .map((definitions) => definitions.get(ours.name))
          .find((found) => includes(found?.validVersions, version))
        assert.ok(theirs, `no release defines ${ours.name} ${version}`)
        const described = ourFields(ours.schema, version)
        const expected = theirFields(theirs.fields, version, theirs)
        assert.equal(version >= ours.flexible, includes(theirs.flexibleVersions, version))
        // What may be dropped in silence can change from release to release: the newest one counts.
        if (theirs !== releases[0]?.get(ours.name)) forgetIgnorable(described, expected)
        assert.deepEqual(described, expected, `version ${version}`)
        compared++
      }
    })
  }
  assert.ok(compared > 2 * apis.length, `only ${compared} versions of schemas were compared`)
})

test('the number of every API is that of Apache Kafka', (t) => {
  const folder = requirePeer(t, 'kafka-clients')
  if (folder === undefined) return
  const [newest] = jars(folder).map((jar) => definitionsInJar(join(folder, jar)))
  for (const { key, name } of apis) assert.equal(newest?.get(`${name}Request`)?.apiKey, key, name)
})

/** The newest release first: older ones are asked for the versions that it has dropped. */
function jars(folder: string): string[] {
  const found = readdirSync(folder).filter((file) => /^kafka-clients-[\d.]+\.jar$/.test(file))
  assert.ok(found.length >= 2, `${folder} has no two releases of kafka-clients`)
  return found.sort().reverse()
}

interface Described {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly tag: number | undefined
  ignorable: boolean
  readonly fallback: unknown
  readonly fields: readonly Described[]
}

function ourFields(schema: Schema, version: number): Described[] {
  return Object.entries(schema)
    .filter(([, { shape }]) => covers(shape.versions, version))
    .map(([name, field]) => ourField(name, field, version))
}

function ourField(name: string, { shape }: AnyField, version: number): Described {
  const inner = shape.element?.shape ?? shape
  return {
    name,
    type: (shape.element === undefined ? '' : '[]') + inner.kind,
    nullable: covers(shape.nullable, version),
    tag: covers(shape.tagged, version) ? shape.tag : undefined,
    ignorable: shape.ignorable,
    fallback: shape.kind === 'struct' && shape.fallback !== null ? 'blank' : shape.fallback,
    fields: inner.fields === undefined ? [] : ourFields(inner.fields, version),
  }
}

function theirFields(
  fields: readonly DefinedField[],
  version: number,
  definition: Definition,
): Described[] {
  return fields
    .filter((field) => includes(field.versions, version))
    .map((field) => theirField(field, version, definition))
}

function forgetIgnorable(...descriptions: readonly Described[][]): void {
  for (const field of descriptions.flat()) {
    field.ignorable = false
    forgetIgnorable([...field.fields])
  }
}

const simple = /^(bool|u?int\d+|float64|string|uuid|bytes|records)$/

function theirField(field: DefinedField, version: number, definition: Definition): Described {
  const isArray = field.type.startsWith('[]')
  const inner = field.type.replace('[]', '')
  const common = definition.commonStructs?.find(({ name }) => name === inner)
  const kind = simple.test(inner) ? inner : 'struct'
  return {
    name: field.name.charAt(0).toLowerCase() + field.name.slice(1),
    type: (isArray ? '[]' : '') + kind,
    nullable: includes(field.nullableVersions, version),
    tag: includes(field.taggedVersions, version) ? field.tag : undefined,
    ignorable: field.ignorable ?? false,
    fallback: theirDefault(isArray ? 'array' : kind, field.default),
    fields: theirFields(field.fields ?? common?.fields ?? [], version, definition),
  }
}

function theirDefault(kind: string, given: DefinedField['default']): unknown {
  if (given === 'null') return null
  if (kind === 'array') return []
  if (kind === 'struct') return 'blank'
  if (kind === 'bytes' || kind === 'records') return Buffer.alloc(0)
  if (kind === 'uuid') return Buffer.alloc(16)
  if (kind === 'string') return given ?? ''
  if (kind === 'bool') return String(given) === 'true'
  return kind === 'int64' ? BigInt(given ?? 0) : Number(given ?? 0)
}
