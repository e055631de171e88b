/** Our descriptors and records before Google's protobuf for Python, and its own before us. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { protobufFormat } from '../../src/formats/protobuf/index.ts'
import { randomSchema } from '../../src/formats/protobuf/testing/random-schema.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'

const peer = 'confluent-serializers-2.15.0'
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

interface Report {
  readonly schemas: readonly {
    readonly descriptor: string
    readonly records: readonly { json: unknown; bytes: string; same: boolean }[]
  }[]
  readonly known: Readonly<Record<string, string>>
}

test(`Python loads the descriptors of schemas by chance, decodes what we encode, and we what it encodes (SEED=${seed})`, {
  skip: withoutPeer(peer),
}, async (t) => {
  const random = seededRandom(seed)
  const cases = Array.from({ length: 120 }, () => {
    const { text, message, record } = randomSchema(random)
    return { text, message, records: Array.from({ length: 5 }, () => record()) }
  })
  const { schemas } = await askPython(t, {
    schemas: cases.map(({ text, message, records }) => {
      const schema = protobufFormat.parse(text)
      return {
        descriptor: schema.formatted('serialized'),
        message,
        records: records.map((record) => ({
          bytes: schema.encode(record, message).toString('hex'),
          json: jsonOf(record),
        })),
      }
    }),
  })
  for (const [index, { text, message, records }] of cases.entries()) {
    const schema = protobufFormat.parse(text)
    const answer = schemas[index]!
    for (const [at, record] of records.entries()) {
      const { json, bytes, same } = answer.records[at]!
      assert.ok(same, `Python reads another record:\n${text}`)
      assert.deepEqual(json, jsonOf(record), text)
      assert.deepEqual(schema.decode(Buffer.from(bytes, 'hex'), message), record, text)
    }
    const theirs = protobufFormat.parse(answer.descriptor)
    assert.equal(theirs.normalized(), schema.normalized())
    assert.deepEqual(theirs.incompatibilities(schema), [])
    assert.deepEqual(schema.incompatibilities(theirs), [])
  }
})

const rich = `syntax = "proto2";
package plant;
import "google/protobuf/timestamp.proto";
import "google/type/money.proto";
import "confluent/meta.proto";
option java_package = "org.plant";
option (confluent.file_meta).doc = "meters";
message Meter {
  option (confluent.message_meta) = { tags: ["PII", "x"] params: [{ key: "a" value: "b" }] };
  required string id = 1 [default = "a\\"b\\n", json_name = "ID", (confluent.field_meta).tags = "PII"];
  optional bytes mark = 2 [default = "\\001\\xff"];
  optional double low = 3 [default = -inf, deprecated = true];
  optional int32 hex = 4 [default = 0x10];
  optional Mode mode = 5 [default = ON];
  repeated int32 packed = 6 [packed = true];
  repeated group Phase = 7 { optional float amperes = 1; }
  optional google.protobuf.Timestamp at = 8;
  optional google.type.Money price = 9;
  map<string, Phase> by_phase = 10;
  oneof choice { string text = 11; group Both = 12 { optional int32 a = 1; } }
  reserved 20, 30 to 40, 1000 to 1999; reserved "old";
  extensions 100 to 199, 5000 to max;
  extend Meter { optional int32 inner = 101; }
  enum Mode { reserved -5 to -2, 9; reserved "GONE"; OFF = -1; ON = 1; }
}
extend Meter { repeated string notes = 100; }
service Meters { rpc Watch (stream Meter) returns (stream Meter) { option idempotency_level = NO_SIDE_EFFECTS; } }
`

test('Python loads the descriptor of a proto2 file that has everything, and describes it back', {
  skip: withoutPeer(peer),
}, async (t) => {
  const schema = protobufFormat.parse(rich)
  const record = {
    id: 'm',
    phase: [{ amperes: 1.5 }],
    at: { seconds: 3n, nanos: 5 },
    both: { a: 1 },
    '[plant.notes]': ['n'],
  }
  const bytes = schema.encode(record).toString('hex')
  const json = {
    ID: 'm',
    phase: [{ amperes: 1.5 }],
    at: '1970-01-01T00:00:03.000000005Z',
    both: { a: 1 },
    '[plant.notes]': ['n'],
  }
  const asked = {
    descriptor: schema.formatted('serialized'),
    message: 'plant.Meter',
    records: [{ bytes, json }],
  }
  const { schemas } = await askPython(t, { schemas: [asked] })
  const [answer] = schemas
  assert.ok(answer?.records[0]?.same)
  const theirs = protobufFormat.parse(answer.descriptor)
  assert.equal(theirs.normalized(), schema.normalized())
  assert.equal(
    theirs.formatted('serialized'),
    protobufFormat.parse(theirs.canonical).formatted('serialized'),
  )
})

test('the files that a schema may import without a reference are Google’s own', {
  skip: withoutPeer(peer),
}, async (t) => {
  const names = [
    ...[
      'any',
      'api',
      'descriptor',
      'duration',
      'empty',
      'field_mask',
      'source_context',
      'struct',
      'timestamp',
      'type',
      'wrappers',
    ].map((name) => `google/protobuf/${name}.proto`),
    ...['date', 'latlng', 'money'].map((name) => `google/type/${name}.proto`),
  ]
  const { known } = await askPython(t, { known: names })
  for (const name of names) {
    const theirs = protobufFormat.parse(known[name]!)
    for (const message of theirs.messageNames) {
      const using = (own: ReadonlyMap<string, string>) =>
        protobufFormat.parse(
          `syntax = "proto3"; import "${name}"; message M { ${message} a = 1; }`,
          own,
        )
      const ours = using(new Map())
      const withTheirs = using(new Map([[name, theirs.canonical]]))
      assert.deepEqual(ours.differences(withTheirs), [], message)
      assert.deepEqual(withTheirs.differences(ours), [], message)
    }
  }
})

async function askPython(
  t: Parameters<typeof temporaryFolder>[0],
  asked: { schemas?: unknown[]; known?: string[] },
): Promise<Report> {
  const file = join(temporaryFolder(t), 'asked.json')
  await writeFile(file, JSON.stringify({ schemas: [], known: [], ...asked }))
  return (await report(peer, program('protobuf_schemas.py'), file)) as unknown as Report
}

/** A record as Protobuf's JSON has it. */
function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), jsonOf(item)]))
  }
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== 'object' || value === null) return value
  const present = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(present.map(([key, item]) => [key, jsonOf(item)]))
}
