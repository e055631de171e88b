import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import {
  noProperties,
  type PublishPacket,
  type ReasonCode,
  reasonCode,
} from '../protocols/mqtt/index.ts'
import { openDoor, RawClient, until } from './testing/doors.ts'
import { connectPacket, logIn } from './testing/extended-log-in.ts'
import { gatekeeper, guardedDoor } from './testing/guarded-door.ts'

const mechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const

for (const mechanism of mechanisms) {
  test(`MQTT 5 logs in by ${mechanism}, whose proof comes back, and again without a new connection`, async (t) => {
    const { port } = await guardedDoor(t, { auth: ['password', 'token'] })
    for (const isAsked of [false, true]) {
      const client = await RawClient.open(t, port)
      const answer = await logIn(client, mechanism, { isAsked })
      assert.equal(answer.type === 'connack' && answer.code, 0)
      assert.equal(answer.properties.authenticationMethod, mechanism)
      const isProved = answer.properties.authenticationData !== undefined
      assert.equal(isProved, mechanism !== 'OAUTHBEARER')
      await client.subscribe('plant/1', 1)
      const renewed = await logIn(client, mechanism, { isAgain: true })
      assert.equal(renewed.type === 'auth' && renewed.reason, reasonCode.success)
    }
  })

  test(`who has no right to come in by ${mechanism} is refused, also one that is in already`, async (t) => {
    const { port } = await guardedDoor(t, { auth: ['password', 'token'] })
    const wrong = { user: mechanism === 'OAUTHBEARER' ? 'eve' : 'alice', password: 'guess' }
    const refused = await logIn(await RawClient.open(t, port), mechanism, wrong)
    assert.equal(refused.type === 'connack' && refused.code, reasonCode.notAuthorized)
    for (const other of [wrong, { user: 'bob', password: 'builder' }]) {
      const client = await RawClient.open(t, port)
      await logIn(client, mechanism)
      const answer = await logIn(client, mechanism, { ...other, isAgain: true })
      assert.equal(answer.type === 'disconnect' && answer.reason, reasonCode.notAuthorized)
    }
  })
}

test('a method that a listener does not have is refused as MQTT 5 wants it (0x8C)', async (t) => {
  const doors = {
    'nobody is asked': await openDoor(t),
    'passwords alone': await guardedDoor(t),
    'certificates alone': await guardedDoor(t, { auth: ['certificate', 'anonymous'] }),
  }
  for (const [what, { port }] of Object.entries(doors)) {
    for (const method of ['OAUTHBEARER', 'GS2-KRB5', 'PLAIN', '', 'constructor']) {
      const properties = { authenticationMethod: method }
      const answer = await (await RawClient.open(t, port)).connect({ properties })
      assert.equal(answer.code, reasonCode.badAuthenticationMethod, `${what}: '${method}'`)
    }
  }
})

test('an AUTH that nobody waits for ends its connection', async (t) => {
  const { port } = await guardedDoor(t, { auth: ['password'] })
  const auth = (authenticationMethod: string, reason: ReasonCode = reasonCode.reAuthenticate) =>
    ({ type: 'auth', reason, properties: { authenticationMethod } }) as const
  const byPassword = await RawClient.open(t, port)
  await byPassword.connect({ userName: 'alice', password: Buffer.from('wonderland') })
  byPassword.send(auth('SCRAM-SHA-256'))
  assert.equal((await byPassword.next('disconnect')).reason, reasonCode.protocolError)
  for (const packet of [
    auth('SCRAM-SHA-512'),
    auth('SCRAM-SHA-256', reasonCode.continueAuthentication),
    auth('SCRAM-SHA-256', reasonCode.success),
    { ...auth('SCRAM-SHA-256'), properties: noProperties },
  ]) {
    const client = await RawClient.open(t, port)
    await logIn(client, 'SCRAM-SHA-256')
    client.send(packet)
    assert.equal((await client.next('disconnect')).reason, reasonCode.protocolError)
  }
  const early = await RawClient.open(t, port)
  early.send(auth('SCRAM-SHA-256'))
  await until('it is closed', () => early.closed)
})

test('nothing but its login is taken from a client that is logging in', async (t) => {
  const { port } = await guardedDoor(t, { auth: ['password'] })
  const publish: PublishPacket = {
    ...{ type: 'publish', topic: 'plant/1', payload: Buffer.from('x'), qos: 0, retain: false },
    ...{ duplicate: false, packetId: 0, properties: noProperties },
  }
  for (const packet of [publish, connectPacket]) {
    const client = await RawClient.open(t, port)
    const properties = { authenticationMethod: 'SCRAM-SHA-256' }
    client.send({ ...connectPacket, properties })
    await client.next('auth')
    client.send(packet)
    await until('it is closed', () => client.closed)
    assert.deepEqual(
      client.packets.filter(({ type }) => type === 'connack').map((one) => Object(one).code),
      [0x82],
    )
  }
})

test('a login that is not finished in time ends', async (t) => {
  const listeners = [{ host: '127.0.0.1', port: 0, auth: ['password'] as const }]
  const clock = new ManualClock()
  const limits = { connectMs: 300 }
  const given = { gatekeeper: gatekeeper(undefined), listeners, limits, clock }
  const { port } = await openDoor(t, given)
  const client = await RawClient.open(t, port)
  client.send({ ...connectPacket, properties: { authenticationMethod: 'SCRAM-SHA-256' } })
  await client.next('auth')
  clock.advance(limits.connectMs)
  await until('it is closed', () => client.closed)
})
