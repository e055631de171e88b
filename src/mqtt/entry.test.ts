import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectAsync } from 'mqtt'
import { reasonCode } from '../protocols/mqtt/index.ts'
import { connect, openDoor, RawClient, until } from './testing/doors.ts'
import { allowed, guardedDoor, tokenOf } from './testing/guarded-door.ts'

const alice = { username: 'alice', password: 'wonderland' }
const bob = { username: 'bob', password: 'builder' }

for (const protocolVersion of [3, 4, 5] as const) {
  test(`with MQTT ${protocolVersion} a wrong password, and none at all, are refused and logged without the password`, async (t) => {
    const { url, log } = await guardedDoor(t)
    const common = {
      protocolVersion,
      ...(protocolVersion === 3 && { protocolId: 'MQIsdp' as const }),
      reconnectPeriod: 0,
      clientId: 'c',
    }
    const codes: (number | undefined)[] = []
    for (const given of [{ ...alice, password: 'looking-glass' }, { username: 'eve' }, {}]) {
      await assert.rejects(connectAsync(url, { ...common, ...given }), (error) => {
        codes.push((error as { code?: number }).code)
        return true
      })
    }
    assert.deepEqual(codes, protocolVersion === 5 ? [0x86, 0x86, 0x87] : [4, 4, 5])
    const client = await connect(t, url, { ...common, ...alice })
    assert.equal(client.connected, true)
    assert.ok(log.some((line) => line.includes('A login failed') && line.includes('alice')))
    assert.ok(log.every((line) => !line.includes('looking-glass') && !line.includes('wonderland')))
  })
}

test('what a client may not publish is refused: 5 hears it, 4 goes on, and nothing is in the log', async (t) => {
  const { url, cluster } = await guardedDoor(t, { rules: [allowed('plant.', 'Write')] })
  const five = await connect(t, url, alice)
  await five.publishAsync('plant/1', 'yes', { qos: 1 })
  for (const qos of [1, 2] as const) {
    await assert.rejects(five.publishAsync('office/1', 'no', { qos }), /[Aa]uthorized/)
  }
  await five.publishAsync('office/1', 'no', { qos: 0 })
  await five.publishAsync('office/1', 'no', { qos: 0, retain: true })
  const four = await connect(t, url, { ...alice, protocolVersion: 4, clientId: 'four' })
  await four.publishAsync('office/1', 'no', { qos: 1 })
  await four.publishAsync('plant/1', 'also', { qos: 1 })
  assert.deepEqual(cluster.values('plant.1'), ['yes', 'also'])
  assert.ok(!cluster.topicNames.includes('office.1'))
})

test('a will that may not be published keeps its client out', async (t) => {
  const { url } = await guardedDoor(t, { rules: [allowed('plant.', 'Write')] })
  const will = { topic: 'office/1', payload: Buffer.from('x'), qos: 0, retain: false } as const
  await assert.rejects(connect(t, url, { ...alice, will }), /[Aa]uthorized/)
})

test('a filter gives what may be read and nothing else, retained messages and shares too', async (t) => {
  const { url } = await guardedDoor(t, { rules: [allowed('plant.', 'Read')] })
  const writer = await connect(t, url, { ...bob, clientId: 'writer' })
  await writer.publishAsync('plant/kept', 'kept', { qos: 1, retain: true })
  await writer.publishAsync('office/kept', 'secret', { qos: 1, retain: true })
  const reader = await connect(t, url, { ...alice, clientId: 'reader' })
  const sharer = await connect(t, url, { ...alice, clientId: 'sharer' })
  await assert.rejects(reader.subscribeAsync('office/1', { qos: 1 }), /[Aa]uthorized/)
  await reader.subscribeAsync('#', { qos: 1 })
  await sharer.subscribeAsync('$share/g/+/live', { qos: 1 })
  await writer.publishAsync('office/live', 'secret', { qos: 1 })
  await writer.publishAsync('plant/live', 'live', { qos: 1 })
  await until('both have theirs', () => reader.received.length >= 2 && sharer.received.length >= 1)
  assert.deepEqual(
    reader.received.map(({ payload }) => payload),
    ['kept', 'live'],
  )
  assert.deepEqual(
    sharer.received.map(({ payload }) => payload),
    ['live'],
  )
})

test('who may read nothing is granted no wildcard', async (t) => {
  const { url } = await guardedDoor(t, { rules: [] })
  const four = await connect(t, url, { ...alice, protocolVersion: 4 })
  const granted = await four.subscribeAsync('#', { qos: 1 }).catch(() => [{ qos: 128 }])
  assert.deepEqual(
    granted.map(({ qos }) => qos),
    [128],
  )
})

test('a right that is taken away counts for subscriptions that stand', async (t) => {
  const rule = allowed('plant.', 'Read')
  const { url, acls } = await guardedDoor(t, { rules: [rule] })
  const reader = await connect(t, url, { ...alice, clientId: 'reader' })
  const writer = await connect(t, url, { ...bob, clientId: 'writer' })
  await reader.subscribeAsync('plant/1', { qos: 1 })
  await writer.subscribeAsync('plant/1', { qos: 1 })
  await writer.publishAsync('plant/1', 'before', { qos: 1 })
  await until('it has come', () => reader.received.length === 1)
  acls.remove(rule)
  await writer.publishAsync('plant/1', 'after', { qos: 1 })
  await until('others have it', () => writer.received.length === 2)
  acls.add(rule)
  await writer.publishAsync('plant/1', 'again', { qos: 1 })
  await until('the last has come', () => reader.received.length === 2)
  assert.deepEqual(
    reader.received.map(({ payload }) => payload),
    ['before', 'again'],
  )
})

test('nobody takes over the session of another user, also not one that is away', async (t) => {
  const { url, port } = await guardedDoor(t, { rules: [allowed('plant.', 'Read')] })
  const durable = {
    clientId: 'shared-name',
    clean: false,
    properties: { sessionExpiryInterval: 60 },
  }
  const first = await connect(t, url, { ...alice, ...durable })
  await first.subscribeAsync('plant/1', { qos: 1 })
  for (const state of ['there', 'away']) {
    const other = await RawClient.open(t, port)
    const answer = await other.connect({
      clientId: 'shared-name',
      cleanStart: true,
      userName: 'bob',
      password: Buffer.from('builder'),
    })
    assert.equal(answer.code, 0x87, state)
    if (state === 'there') {
      assert.equal(first.connected, true)
      await first.endAsync()
    }
  }
})

test('where nobody is asked, names and passwords are not looked at', async (t) => {
  const { url } = await openDoor(t)
  const client = await connect(t, url, { username: 'anyone', password: 'anything' })
  assert.equal(client.connected, true)
})

for (const protocolVersion of [4, 5] as const) {
  test(`with MQTT ${protocolVersion} a token stands in the place of the password, and says who it is`, async (t) => {
    const { url, cluster } = await guardedDoor(t, {
      rules: [allowed('plant.', 'Write')],
      auth: ['token', 'password'],
    })
    const token = tokenOf('alice')
    for (const [clientId, username, password] of [
      ['nameless', '', token],
      ['named', 'alice', token],
      ['by password', 'alice', 'wonderland'],
    ] as const) {
      const given = { protocolVersion, clientId, username, password }
      const client = await connect(t, url, given)
      await client.publishAsync('plant/1', clientId, { qos: 1 })
    }
    assert.deepEqual(cluster.values('plant.1'), ['nameless', 'named', 'by password'])
    const codes: (number | undefined)[] = []
    for (const [username, password] of [
      ['bob', token],
      ['alice', tokenOf('eve')],
      ['alice', tokenOf('')],
    ] as const) {
      const given = { protocolVersion, reconnectPeriod: 0, username, password }
      await assert.rejects(connectAsync(url, given), ({ code }) => codes.push(code) > 0)
    }
    assert.deepEqual(codes, protocolVersion === 5 ? [0x86, 0x86, 0x86] : [4, 4, 4])
  })
}

test('the user name beside a token is not looked at where leat.yml says so, and no password comes in by tokens alone', async (t) => {
  const { url, log } = await guardedDoor(t, { auth: ['token'], tokenUser: 'any' })
  const device = { username: 'device-7', password: tokenOf('alice') }
  assert.equal((await connect(t, url, device)).connected, true)
  await assert.rejects(connect(t, url, alice), /user name or password/i)
  assert.ok(log.every((line) => !line.includes(tokenOf('alice')) && !line.includes('wonderland')))
})

test('a connection ends when its token does, and MQTT 5 hears why', async (t) => {
  const { port } = await guardedDoor(t, { auth: ['token'] })
  const client = await RawClient.open(t, port)
  const password = Buffer.from(tokenOf('fleeting'))
  assert.equal((await client.connect({ password })).code, 0)
  assert.equal((await client.next('disconnect')).reason, reasonCode.maximumConnectTime)
})
