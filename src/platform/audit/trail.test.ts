import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '../../access/audit.ts'
import { insidePrincipal } from '../../access/inside-rights.ts'
import { user } from '../../access/principal.ts'
import type { Logger } from '../../base/logger.ts'
import { Metrics } from '../../base/metrics.ts'
import { seededRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import type { ProducerRecord } from '../../client/index.ts'
import { fromJson } from '../../formats/cloudevents/index.ts'
import { audit } from './settings.ts'
import { AuditTrail } from './trail.ts'

const login: AuditEvent = {
  ...{ kind: 'login', door: 'kafka', host: '10.0.0.7', mechanism: 'PLAIN', user: 'alice' },
  outcome: 'success',
}

test('what happened is a CloudEvent that says who, from where, what, with which resource and what came of it', async () => {
  const { trail, written } = openTrail()
  trail.tell({
    ...{ kind: 'authorization', door: 'mqtt', host: '10.0.0.7', clientId: 'pump' },
    ...{ principal: user('alice'), operation: 'Write', outcome: 'denied' },
    resource: { type: 'Topic', name: 'readings' },
  })
  await trail.close()
  const { attributes, data } = eventIn(written[0])
  const { id, ...others } = attributes
  assert.ok(id)
  assert.deepEqual(others, {
    ...{ specversion: '1.0', source: '/leat/mqtt', type: 'leat.authorization' },
    ...{ subject: 'Topic:readings', datacontenttype: 'application/json' },
    time: '2026-01-01T00:00:00.000Z',
  })
  assert.deepEqual(data, {
    ...{ outcome: 'denied', principal: 'User:alice', operation: 'Write' },
    client: { address: '10.0.0.7', id: 'pump' },
    resource: { type: 'Topic', name: 'readings' },
  })
})

test('whatever names clients choose, the event can be read, and is bounded', async () => {
  const { trail, written } = openTrail()
  const names = ['a\0b', '\ud800', 'x'.repeat(100_000), '"}\n', '', '\uffff', '../../etc']
  for (const name of names) {
    trail.tell({ ...login, user: name })
    trail.tell({
      ...{ kind: 'change', door: 'kafka', host: '::1', principal: user(name), clientId: name },
      ...{ request: 'CreateTopics', resource: { type: 'Topic', name }, outcome: 'failure' },
      details: { configs: { 'retention.ms': name } },
    })
  }
  await trail.close()
  assert.equal(written.length, 2 * names.length)
  for (const record of written) {
    assert.ok((record.value?.length ?? 0) < 30_000)
    assert.equal(eventIn(record).attributes.specversion, '1.0')
  }
})

test('a flood takes the memory that it may: the rest is counted, and said once a minute', async () => {
  const { trail, written, clock, lines, lost } = openTrail({ queuedBytes: 65_536, isOpen: false })
  for (let count = 0; count < 100_000; count++) trail.tell(login)
  assert.ok(lost() > 99_000 && lost() < 100_000)
  assert.equal(lines.length, 1)
  clock.advance(60_000)
  trail.tell(login)
  assert.equal(lines.length, 2)
  trail.open()
  await trail.close()
  assert.equal(written.length + lost(), 100_001)
  assert.ok(written.length > 100)
})

test('what the log does not take is counted and said, and what comes after it is written', async () => {
  const { trail, written, lines, lost } = openTrail({ failing: 2 })
  for (let count = 0; count < 5; count++) trail.tell(login)
  await trail.close()
  assert.deepEqual([written.length, lost()], [3, 2])
  assert.match(lines[0] ?? '', /Audit records were lost.*the disk is full/)
})

test('the audit log does not tell of itself', async () => {
  const { trail, written } = openTrail()
  trail.tell({
    ...{ kind: 'change', door: 'kafka', host: '127.0.0.1', principal: insidePrincipal('audit') },
    ...{ request: 'CreateTopics', resource: { type: 'Topic', name: 'leat-audit' } },
    outcome: 'success',
  })
  trail.tell(login)
  await trail.close()
  assert.equal(written.length, 1)
})

function openTrail({ queuedBytes = 16_777_216, failing = 0, isOpen = true } = {}) {
  const lines: string[] = []
  const written: ProducerRecord[] = []
  const say = (message: string, facts = {}) => void lines.push(message + JSON.stringify(facts))
  const logger: Logger = { debug() {}, info() {}, warn: say, error: say, with: () => logger }
  const clock = new ManualClock()
  const metrics = new Metrics()
  const settings = { ...audit.read({}, [], ({ says }) => assert.fail(says)), queuedBytes }
  const trail = new AuditTrail(settings, { logger, clock, metrics, random: seededRandom(1) })
  let failures = failing
  const producer = {
    async send(record: ProducerRecord) {
      failures -= 1
      if (failures >= 0) throw new Error('the disk is full')
      written.push(record)
      return { topic: record.topic, partition: 0, offset: BigInt(written.length), timestamp: 0n }
    },
    async close() {},
  }
  const open = () =>
    trail.open({ createTopics: async () => [{ name: 'leat-audit' }], producer: () => producer })
  if (isOpen) open()
  const family = metrics.families().find(({ name }) => name === 'leat_audit_lost_total')
  const lost = () => family?.read()[0]?.value ?? -1
  const opened = { tell: trail.tell.bind(trail), close: () => trail.close(), open }
  return { trail: opened, written, lines, clock, lost }
}

function eventIn(record: { readonly value: Uint8Array | null } | undefined) {
  const { attributes, data } = fromJson(Buffer.from(record?.value ?? []))
  return { attributes, data: JSON.parse(data.toString()) }
}
