import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { KafkaClient } from './client.ts'
import { FakeBroker } from './testing/fake-broker.ts'

test('a coordinator that is not there yet, or does not know of it yet, is asked again', async () => {
  await using stack = new AsyncDisposableStack()
  const broker = stack.adopt(
    await FakeBroker.open({
      coordinatorCode: (asked) => (asked < 2 ? errorCode.COORDINATOR_NOT_AVAILABLE : 0),
      heartbeatCode: (asked) => (asked < 1 ? errorCode.NOT_COORDINATOR : 0),
    }),
    (one) => one.close(),
  )
  const client = stack.use(new KafkaClient({ brokers: [broker.address], clientId: 'test' }))
  const { errorCode: code } = await client.request(
    Heartbeat,
    { groupId: 'group', generationId: 1, memberId: 'member' },
    { coordinatorOf: 'group' },
  )
  assert.equal(code, errorCode.NONE)
  const { findCoordinator, heartbeat } = broker.requests
  assert.deepEqual({ findCoordinator, heartbeat }, { findCoordinator: 4, heartbeat: 2 })
})
