/** Rights in a whole leat: its parts go on working where everybody else is asked for theirs. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '../src/base/logger.ts'
import { Peer } from '../src/broker/testing/peer.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { Produce } from '../src/protocols/kafka/apis/00-produce.ts'
import { Metadata } from '../src/protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../src/protocols/kafka/error-codes.ts'
import { temporaryFolder } from './helpers/folders.ts'

const file = `
kafka:
  listeners: [ { bind: 127.0.0.1:0 } ]
  topics: { readings: {}, secret: {} }
registry: { bind: 127.0.0.1:0 }
access:
  acls:
    - { principal: ANONYMOUS, operations: [ Describe ], topic: readings }
`

test('the parts of leat keep their topics where others may do only what is allowed', async (t) => {
  await using stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const running = stack.use(
    await start(await parseConfig(file, join(folder, 'leat.yml'), {}), silentLogger),
  )
  const [registry] = running.registry
  const response = await fetch(
    `http://127.0.0.1:${registry?.port}/subjects/readings-value/versions`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema: '"long"' }),
    },
  )
  assert.equal(response.status, 200, await response.text())
  const anyone = await Peer.connect(t, running.kafka[0]?.port ?? 0)
  const { topics } = await anyone.request(Metadata, 12, { topics: null })
  assert.deepEqual(
    topics.map(({ name }) => name),
    ['readings'],
  )
  const { responses } = await anyone.request(Produce, 9, {
    transactionalId: null,
    acks: 1,
    timeoutMs: 1000,
    topicData: [{ name: 'readings', partitionData: [{ index: 0, records: null }] }],
  })
  assert.equal(responses[0]?.partitionResponses[0]?.errorCode, errorCode.TOPIC_AUTHORIZATION_FAILED)
})
