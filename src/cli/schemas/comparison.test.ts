import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SchemaType } from '../../formats/schemas/schema-format.ts'
import { compare } from './comparison.ts'

const changesBetween = async (type: SchemaType, before: string, after: string) => {
  const referencedTexts = new Map<string, string>()
  const { changes } = await compare(
    { type, text: before, referencedTexts },
    { type, text: after, referencedTexts },
  )
  return changes.map(({ change, path, before: was, after: is }) => [change, path, was, is])
}

const proto = (body: string) => `syntax = "proto3"; package plant; ${body}`

test('what changed in Protobuf is said by statement, under the names of what it stands in', async () => {
  const before = proto(`
    message A {
      int32 group = 1 [deprecated = true, json_name = "g"]; map<string, B> all = 2;
      oneof v { string s = 3; } message Inner { int64 n = 1; }
    }
    message B {}
    service S { rpc Get (A) returns (B) { option deprecated = true; } rpc Put (A) returns (B); }`)
  const after = proto(`
    option java_package = "org.plant";
    message A {
      int32 group = 1 [json_name = "h", deprecated = true]; map<string, B> all = 2;
      oneof v { string s = 3; bytes b = 4; } message Inner { uint64 n = 1; }
    }
    message B {}
    service S { rpc Get (A) returns (B) { option deprecated = false; } rpc Put (A) returns (stream B); }`)
  assert.deepEqual(await changesBetween('PROTOBUF', before, after), [
    [
      'changed',
      'A.group',
      'int32 group = 1 [ deprecated = true, json_name = "g" ];',
      'int32 group = 1 [ deprecated = true, json_name = "h" ];',
    ],
    ['changed', 'A.Inner.n', 'int64 n = 1;', 'uint64 n = 1;'],
    [
      'changed',
      'S.Get.option deprecated',
      'option deprecated = true;',
      'option deprecated = false;',
    ],
    [
      'changed',
      'S.Put',
      'rpc Put (.plant.A) returns (.plant.B);',
      'rpc Put (.plant.A) returns (stream .plant.B);',
    ],
    ['added', 'option java_package', undefined, 'option java_package = "org.plant";'],
    ['added', 'A.v.b', undefined, 'bytes b = 4;'],
  ])
})

test('a field of Avro is known by its name, wherever it stands', async () => {
  const record = (fields: object[]) => JSON.stringify({ type: 'record', name: 'R', fields })
  const a = { name: 'a', type: 'int' }
  const b = { name: 'b', type: ['null', 'string'], default: null }
  assert.deepEqual(await changesBetween('AVRO', record([a, b]), record([b, a])), [])
  assert.deepEqual(
    await changesBetween('AVRO', record([a, b]), record([{ ...b, type: ['null', 'bytes'] }])),
    [
      ['removed', 'fields.a.name', '"a"', undefined],
      ['removed', 'fields.a.type', '"int"', undefined],
      ['changed', 'fields.b.type.1', '"string"', '"bytes"'],
    ],
  )
})

test('schemas of two languages are not compared', async () => {
  const referencedTexts = new Map<string, string>()
  const avro = { type: 'AVRO', text: '"int"', referencedTexts } as const
  const protobuf = { type: 'PROTOBUF', text: proto('message A {}'), referencedTexts } as const
  await assert.rejects(compare(avro, protobuf), { code: 'failed', message: /one language/ })
})
