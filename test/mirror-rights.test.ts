/** Rights that follow topics to a centre of its own rules. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeAcl, encodeFilter } from '../src/access/acl-codes.ts'
import { silentLogger } from '../src/base/logger.ts'
import { KafkaClient } from '../src/client/index.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { DescribeAcls } from '../src/protocols/kafka/apis/29-describe-acls.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

test('who may read a topic at the factory may read its copy at the centre, and may not write to it', async () => {
  await using stack = new AsyncDisposableStack()
  const leat = async (file: string) => {
    const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
    const config = await parseConfig(file, join(folder, 'leat.yml'), {})
    return stack.use(await start(config, silentLogger)).kafka[0]?.port
  }
  const listener = 'kafka: { listeners: [ { bind: 127.0.0.1:0 } ], topics: { readings: {} } }'
  const factory = await leat(`${listener}
access:
  superUsers: [ ANONYMOUS ]
  acls:
    - { principal: alice, operations: [ Read, Write ], topic: readings }
    - { principal: eve, operations: [ Read ], topic: readings, permission: deny }
`)
  const centre = await leat(`${listener}
access: { superUsers: [ ANONYMOUS ] }
connect: { bind: 127.0.0.1:0 }
mirrors: [ { alias: factory, from: { brokers: [ "127.0.0.1:${factory}" ] }, acls: true } ]
`)
  await using client = new KafkaClient({ brokers: [`127.0.0.1:${centre}`], clientId: 'test' })
  const rights = async () => {
    const { resources } = await client.request(
      DescribeAcls,
      encodeFilter({ resourceType: 'Topic', name: 'factory.readings' }),
    )
    return resources.flatMap(({ acls, ...resource }) =>
      acls.map((one) => {
        const rule = decodeAcl({ ...resource, ...one })
        return typeof rule === 'string' ? rule : [rule.permission, rule.operation, rule.principal]
      }),
    )
  }
  await eventually('they are there', async () => (await rights()).length >= 2)
  assert.deepEqual((await rights()).sort(), [
    ['Allow', 'Read', 'User:alice'],
    ['Deny', 'Read', 'User:eve'],
  ])
})
