import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { Produce } from '../protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../protocols/kafka/apis/01-fetch.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import { checkBatches, decodeBatch } from '../protocols/kafka/record-batch.ts'
import { createTopics } from './testing/create-topics.ts'
import { fetchOf } from './testing/fetch-of.ts'
import { batchOf, openBroker, Peer } from './testing/peer.ts'

const produceVersion = 9
const fetchVersion = 12
const topic = 'sensors'

for (const durability of ['disk', 'os'] as const) {
  test(`records of all sizes that are pipelined are kept as they were sent (${durability})`, async (t) => {
    const { port } = await openBroker(t, { durability })
    const peer = await clientOf(t, port)
    // What is longer than a piece of the stream is gathered from many, in buffers that are used again.
    const values = Array.from({ length: 60 }, (_, index) =>
      `${index} `.repeat([3, 900, 40_000, 150_000][index % 4] as number),
    )
    const answers = await pipeline(
      peer,
      values.map((value) => [batchOf([value])]),
    )
    assert.deepEqual(
      answers.map(([one]) => [one?.errorCode, one?.baseOffset]),
      values.map((_, index) => [errorCode.NONE, BigInt(index)]),
    )
    assert.deepEqual(await valuesOf(peer, 0), values)
  })
}

test('of pipelined records those are refused whose partition has no space, and no others', async (t) => {
  const files = new FaultyFiles()
  const { port, bugs } = await openBroker(t, { durability: 'os', files })
  const peer = await clientOf(t, port)
  files.failing = (operation, path) =>
    operation === 'write' && path.includes(`${topic}-0/`) ? 'ENOSPC' : undefined
  const answers = await pipeline(
    peer,
    ['a', 'b', 'c'].map((value) => [batchOf([value]), batchOf([value])]),
  )
  for (const [full, other] of answers) {
    assert.equal(full?.errorCode, errorCode.KAFKA_STORAGE_ERROR)
    assert.match(full?.errorMessage ?? '', /no space/)
    assert.equal(other?.errorCode, errorCode.NONE)
  }
  files.failing = () => undefined
  await pipeline(peer, [[batchOf(['d']), batchOf(['e'])]])
  assert.deepEqual(await valuesOf(peer, 0), ['d'])
  assert.deepEqual(await valuesOf(peer, 1), ['a', 'b', 'c', 'e'])
  assert.deepEqual(bugs, [])
})

test('what is asked in one piece with records, behind them, sees them', async (t) => {
  const { port } = await openBroker(t, { durability: 'os' })
  const peer = await clientOf(t, port)
  const ids = peer.inOnePiece(() => {
    for (const value of ['a', 'b']) {
      peer.send(Produce, produceVersion, produceOf([batchOf([value])], 0))
    }
    peer.send(Fetch, fetchVersion, fetchOf(topic, 0n))
  })
  const answer = await peer.receive(Fetch, fetchVersion, ids.at(-1))
  const records = answer.responses[0]?.partitions[0]?.records
  assert.equal(records && checkBatches(records).length, 2)
})

/** A client that has made a topic of two partitions. */
async function clientOf(t: TestContext, port: number): Promise<Peer> {
  const peer = await Peer.connect(t, port)
  await createTopics(peer, [{ name: topic, numPartitions: 2 }])
  return peer
}

/** Sends a request for each list of batches, one a partition, in one piece; what each partition was told. */
async function pipeline(peer: Peer, requests: readonly (readonly Buffer[])[]) {
  const ids = peer.inOnePiece(() => {
    for (const batches of requests) peer.send(Produce, produceVersion, produceOf(batches))
  })
  const answers = []
  for (const id of ids) {
    const { responses } = await peer.receive(Produce, produceVersion, id)
    answers.push(responses[0]?.partitionResponses ?? [])
  }
  return answers
}

function produceOf(batches: readonly Buffer[], acks = -1) {
  const partitionData = batches.map((records, index) => ({ index, records }))
  return {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData }],
  }
}

async function valuesOf(peer: Peer, partition: number): Promise<string[]> {
  const values: string[] = []
  for (;;) {
    const offset = BigInt(values.length)
    const answer = await peer.request(Fetch, fetchVersion, fetchOf(topic, offset, { partition }))
    const records = answer.responses[0]?.partitions[0]?.records
    if (!records || records.length === 0) return values
    let at = 0
    for (const { sizeBytes } of checkBatches(records)) {
      values.push(...decodeBatch(records, at).records.map(({ value }) => `${value}`))
      at += sizeBytes
    }
  }
}
