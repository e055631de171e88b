/** Records with their schema's id and the place of their message, as Confluent's serializers frame them. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Broker } from '../../src/broker/index.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { frame, unframe } from '../../src/formats/confluent-frame.ts'
import { protobufFormat, readIndexes, writeIndexes } from '../../src/formats/protobuf/index.ts'
import { RegistryDoor } from '../../src/registry/index.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'

const python = 'confluent-serializers-2.15.0'
const npm = 'npm-registry-clients'

// The entries of a map stand among the nested messages of a descriptor, and count there.
const described = protobufFormat.parse(`
  syntax = "proto3"; package plant;
  message First {}
  message Outer {
    repeated MarksEntry marks = 1;
    message MarksEntry { option map_entry = true; string key = 1; string value = 2; }
    message Inner { int64 count = 1; map<string, double> limits = 2; }
  }`)
const record = { count: -7n, limits: new Map([['L1', 1.5]]) }

test('a nested message that Confluent’s serializer for Python frames is found by its indexes, and the reverse', {
  skip: withoutPeer(python),
}, async (t) => {
  const url = await openRegistry(t)
  const ask = async (...args: string[]) =>
    await report(
      python,
      program('protobuf_frames.py'),
      url,
      described.formatted('serialized'),
      ...args,
    )
  const { frame: theirs } = await ask()
  const place = described.messageIndexes('plant.Outer.Inner')
  const ours = await readAndFrame(url, Buffer.from(String(theirs), 'hex'), place)
  const { read } = await ask(ours.toString('hex'))
  assert.deepEqual(read, { count: '-7', limits: { L1: 1.5 } })
})

test('a nested message that Confluent’s serializer for Node frames is found by its indexes, and the reverse', {
  skip: withoutPeer(npm),
}, async (t) => {
  const url = await openRegistry(t)
  const load = createRequire(join(peersHome, npm, 'package.json'))
  const { create, createFileRegistry, createMutableRegistry, fromBinary } =
    load('@bufbuild/protobuf')
  const { FileDescriptorProtoSchema } = load('@bufbuild/protobuf/wkt')
  const { ProtobufDeserializer, ProtobufSerializer, SchemaRegistryClient, SerdeType } = load(
    '@confluentinc/schemaregistry',
  )
  const bytes = Buffer.from(described.formatted('serialized'), 'base64')
  const files = createFileRegistry(fromBinary(FileDescriptorProtoSchema, bytes), () => undefined)
  const inner = files.getMessage('plant.Outer.Inner')
  const client = new SchemaRegistryClient({ baseURLs: [url] })
  const serializer = new ProtobufSerializer(client, SerdeType.VALUE, {
    autoRegisterSchemas: true,
    registry: createMutableRegistry(inner),
  })
  const message = create(inner, { count: -7n, limits: { L1: 1.5 } })
  const theirs: Buffer = await serializer.serialize('frames', message)
  // It leaves the entries of maps out when it counts, unlike the others.
  const ours = await readAndFrame(url, theirs, [1, 0])
  const fresh = new SchemaRegistryClient({ baseURLs: [url] })
  const deserializer = new ProtobufDeserializer(fresh, SerdeType.VALUE, {})
  const { count, limits } = await deserializer.deserialize('frames', ours)
  assert.deepEqual([count, limits], [-7n, { L1: 1.5 }])
})

/** Reads a frame of `record` with what the registry says of its schema, and frames it as we do. */
async function readAndFrame(
  url: string,
  theirs: Buffer,
  place: readonly number[],
): Promise<Buffer> {
  const { schemaId, payload } = unframe(theirs)
  const client = new RegistryClient({ urls: [url] })
  const { text, referencedTexts } = await client.schemaById(schemaId)
  const schema = protobufFormat.parse(text, referencedTexts)
  const { indexes, payload: bytes } = readIndexes(payload)
  assert.deepEqual(indexes, place)
  const name = schema.nameOf(indexes)
  assert.equal(name, 'plant.Outer.Inner')
  assert.deepEqual(schema.decode(bytes, name), record)
  return frame(schemaId, Buffer.concat([writeIndexes(place), schema.encode(record, name)]))
}

/** The address of a registry in this process. */
async function openRegistry(t: TestContext): Promise<string> {
  // Its actions run in the order of their registration, and the folder must go last.
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const listeners = [{ host: '127.0.0.1', port: 0 }]
  const broker = stack.adopt(
    await Broker.open({ directory: temporaryFolder(t), durability: 'os', listeners }),
    (one) => one.close(),
  )
  const brokers = [`127.0.0.1:${broker.addresses[0]?.port}`]
  const kafka = stack.use(new KafkaClient({ brokers, clientId: 'registry' }))
  const door = stack.use(await RegistryDoor.open({ listeners, client: kafka }))
  return `http://127.0.0.1:${door.addresses[0]?.port}`
}
