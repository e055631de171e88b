import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { catalogue } from '../base/errors.ts'
import { frame } from '../formats/confluent-frame.ts'
import { Produce } from '../protocols/kafka/apis/00-produce.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import { type BatchDraft, encodeBatch } from '../protocols/kafka/record-batch.ts'
import type { SchemaIds, SubjectRule } from './schema-rules.ts'
import { openBroker, Peer } from './testing/peer.ts'

const registryDown = catalogue({
  'registry-down': { says: () => 'No registry answers.', retriable: true },
})
const validated: Record<string, string> = { 'confluent.value.schema.validation': 'true' }

/** A registry that knows these ids and notes what it is asked. */
class FakeIds implements SchemaIds {
  readonly known: Set<number>
  readonly asked: [number, SubjectRule][] = []
  down = false
  /** What each answer waits for. */
  gate: Promise<void> = Promise.resolve()

  constructor(...known: number[]) {
    this.known = new Set(known)
  }

  async isRegistered(id: number, rule: SubjectRule): Promise<boolean> {
    this.asked.push([id, rule])
    await this.gate
    if (this.down) throw registryDown('registry-down', {})
    return this.known.has(id)
  }
}

async function openTopic(t: TestContext, schemaIds?: SchemaIds, config = validated) {
  const { port, bugs } = await openBroker(t, {
    topics: { t: { config } },
    ...(schemaIds !== undefined && { schemaIds }),
  })
  t.after(() => assert.deepEqual(bugs, []))
  return await Peer.connect(t, port)
}

const framed = (id: number) => frame(id, Buffer.from('payload'))

function batch(
  values: readonly (Buffer | null)[],
  compression: BatchDraft['compression'] = 'none',
): Buffer {
  const timestamp = BigInt(Date.now())
  return encodeBatch({
    records: values.map((value) => ({ timestamp, key: Buffer.from('k'), value })),
    ...(compression !== undefined && { compression }),
  })
}

function send(peer: Peer, records: Buffer, acks = -1): void {
  const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
  peer.send(Produce, 9, { acks, timeoutMs: 1000, topicData })
}

async function produce(peer: Peer, records: Buffer) {
  send(peer, records)
  return partitionIn(await peer.receive(Produce, 9))
}

function partitionIn({ responses }: Awaited<ReturnType<typeof receive>>) {
  const answer = responses[0]?.partitionResponses[0]
  assert.ok(answer !== undefined)
  return answer
}

function receive(peer: Peer, correlationId: number) {
  return peer.receive(Produce, 9, correlationId)
}

test('a value without the id of a schema is refused, and the answer names the records', async (t) => {
  const peer = await openTopic(t, new FakeIds(7))
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const values = [framed(7), Buffer.from('{"a":1}'), framed(7), Buffer.from([0, 0, 7])]
    const answer = await produce(peer, batch(values, compression))
    assert.equal(answer.errorCode, errorCode.INVALID_RECORD)
    assert.deepEqual(
      answer.recordErrors.map(({ batchIndex }) => batchIndex),
      [1, 3],
    )
    assert.match(answer.errorMessage ?? '', /^Topic 't' takes a value only with the id of a schema/)
  }
  assert.equal((await produce(peer, batch([framed(7)]))).baseOffset, 0n)
})

test('an id that is not registered for the topic is refused, and asked about again', async (t) => {
  const ids = new FakeIds(7)
  const peer = await openTopic(t, ids)
  const answer = await produce(peer, batch([framed(7), framed(8), framed(8)]))
  assert.equal(answer.errorCode, errorCode.INVALID_RECORD)
  assert.deepEqual(
    answer.recordErrors.map(({ batchIndex }) => batchIndex),
    [1, 2],
  )
  assert.match(answer.errorMessage ?? '', /schema 8 is not registered/)
  ids.known.add(8)
  assert.equal((await produce(peer, batch([framed(8)]))).errorCode, errorCode.NONE)
})

test('an id that is registered is asked about once', async (t) => {
  const ids = new FakeIds(7, 8)
  const peer = await openTopic(t, ids)
  const values = [framed(7), framed(8), framed(7)]
  for (let round = 0; round < 3; round++) {
    assert.equal((await produce(peer, batch(values))).errorCode, errorCode.NONE)
  }
  const rule = { topic: 't', side: 'value', strategy: 'TopicNameStrategy' }
  assert.deepEqual(ids.asked, [
    [7, rule],
    [8, rule],
  ])
})

test('a null passes, since it deletes a key', async (t) => {
  const ids = new FakeIds()
  const peer = await openTopic(t, ids)
  assert.equal((await produce(peer, batch([null]))).errorCode, errorCode.NONE)
  assert.deepEqual(ids.asked, [])
})

test('keys are judged by their own settings', async (t) => {
  const ids = new FakeIds()
  const peer = await openTopic(t, ids, {
    'confluent.key.schema.validation': 'true',
    'confluent.key.subject.name.strategy':
      'io.confluent.kafka.serializers.subject.RecordNameStrategy',
  })
  const answer = await produce(peer, batch([Buffer.from('any')]))
  assert.match(answer.errorMessage ?? '', /takes a key only .* \(RecordNameStrategy\)/)
})

test('while no registry answers, producers are told to try again, and what was right still is', async (t) => {
  const ids = new FakeIds(7, 8)
  const peer = await openTopic(t, ids)
  await produce(peer, batch([framed(7)]))
  ids.down = true
  const answer = await produce(peer, batch([framed(8)]))
  assert.equal(answer.errorCode, errorCode.NOT_ENOUGH_REPLICAS)
  assert.equal(answer.errorMessage, 'No registry answers.')
  assert.equal((await produce(peer, batch([framed(7)]))).errorCode, errorCode.NONE)
  ids.down = false
  assert.equal((await produce(peer, batch([framed(8)]))).errorCode, errorCode.NONE)
})

test('what a connection sends behind an open question keeps its place', async (t) => {
  const ids = new FakeIds(7, 8)
  const peer = await openTopic(t, ids)
  await produce(peer, batch([framed(7)]))
  const { promise, resolve: open } = Promise.withResolvers<void>()
  ids.gate = promise
  // The ids of the second and the fourth must be asked about; the fourth wants no answer.
  send(peer, batch([framed(7)]))
  send(peer, batch([framed(8)]))
  send(peer, batch([framed(7)]))
  ids.known.add(9)
  send(peer, batch([framed(9)]), 0)
  send(peer, batch([framed(7)]))
  assert.equal(partitionIn(await receive(peer, 2)).baseOffset, 1n)
  open()
  assert.equal(partitionIn(await receive(peer, 3)).baseOffset, 2n)
  assert.equal(partitionIn(await receive(peer, 4)).baseOffset, 3n)
  assert.equal(partitionIn(await receive(peer, 6)).baseOffset, 5n)
})

test('without a registry a topic that asks for schemas takes none, and says the cure', async (t) => {
  const peer = await openTopic(t)
  const answer = await produce(peer, batch([framed(7)]))
  assert.equal(answer.errorCode, errorCode.INVALID_RECORD)
  assert.match(answer.errorMessage ?? '', /name one in leat\.yml \('registry:'\)/)
})
