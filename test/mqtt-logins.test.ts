/** MQTT clients that show tokens, or prove their passwords in steps: the broker is asked, as at Kafka's door. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import mqtt from 'mqtt'
import { silentLogger } from '../src/base/logger.ts'
import { RawClient } from '../src/mqtt/testing/doors.ts'
import { logIn } from '../src/mqtt/testing/extended-log-in.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { reasonCode } from '../src/protocols/mqtt/index.ts'
import { temporaryFolder } from './helpers/folders.ts'

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
const stranger = await generateKeyPair('ES256')
const environment = { ALICE_PASSWORD: 'a-secret' }

const file = (auth: string) => `
mqtt: { listeners: [ { bind: 127.0.0.1:0, auth: ${auth} } ] }
kafka:
  listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-256 ] } ]
  config: { max.connections.per.ip: 1 }
access:
  users: { alice: { password: "\${env:ALICE_PASSWORD}" } }
  tokens: { jwks: ./keys.json, issuer: https://issuer, audience: [ leat ], subject: client_id }
  acls:
    - { principal: alice, operations: [ Write, Create ], topic: plant., pattern: prefixed }
    - { principal: alice, operations: [ Read ], topic: plant., pattern: prefixed }
`

test('a device with a token is the user whom it names, with that user’s rights, and no longer than it is good for', async (t) => {
  await using leat = await startLeat('[ token ]')
  const { port } = leat
  const password = await signed({ client_id: 'alice' })
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ protocolVersion: 5, username: 'alice', password },
  })
  t.after(() => client.endAsync(true))
  await client.publishAsync('plant/1', 'reading', { qos: 1 })
  await assert.rejects(client.publishAsync('office/1', 'x', { qos: 1 }), /[Aa]uthorized/)
  const refused = {
    'of a stranger': await signed({ client_id: 'alice' }, stranger.privateKey),
    'for others': await signed({ client_id: 'alice', aud: 'others' }),
    'that has expired': await signed({ client_id: 'alice', exp: 1000 }),
    'of nobody': await signed({ sub: 'alice' }),
    'that is unsigned': `${encoded({ alg: 'none' })}.${encoded({ client_id: 'alice' })}.`,
    'that is none': 'a-secret',
  }
  for (const [what, token] of Object.entries(refused)) {
    const raw = await RawClient.open(t, port)
    const answer = await raw.connect({ userName: 'alice', password: Buffer.from(token) })
    assert.equal(answer.code, reasonCode.badUserNameOrPassword, what)
  }
  const fleeting = await RawClient.open(t, port)
  const soon = await signed({ client_id: 'alice', exp: Math.ceil(Date.now() / 1000) + 3 })
  assert.equal((await fleeting.connect({ password: Buffer.from(soon), clientId: 'f' })).code, 0)
  assert.equal((await fleeting.next('disconnect')).reason, reasonCode.maximumConnectTime)
})

test('MQTT 5 logs in by SCRAM and OAUTHBEARER with the users and tokens of Kafka’s door', async (t) => {
  await using leat = await startLeat('[ password, token ]')
  const { port } = leat
  const token = await signed({ client_id: 'alice' })
  const alice = { user: 'alice', password: 'a-secret', token }
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const) {
    const client = await RawClient.open(t, port)
    const answer = await logIn(client, mechanism, alice)
    assert.equal(answer.type === 'connack' && answer.code, 0, mechanism)
    await client.subscribe('plant/1', 1)
    const again = await logIn(client, mechanism, { ...alice, isAgain: true })
    assert.equal(again.type === 'auth' && again.reason, reasonCode.success, mechanism)
    const guess = {
      user: 'alice',
      password: 'guess',
      token: await signed({ client_id: 'alice' }, stranger.privateKey),
    }
    const refused = await logIn(await RawClient.open(t, port), mechanism, guess)
    assert.equal(refused.type === 'connack' && refused.code, reasonCode.notAuthorized, mechanism)
  }
})

async function startLeat(auth: string) {
  const stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const key = { ...(await exportJWK(publicKey)), alg: 'ES256' }
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [key] }))
  const config = await parseConfig(file(auth), join(folder, 'leat.yml'), environment)
  const running = stack.use(await start(config, silentLogger))
  return {
    port: running.mqtt[0]?.port ?? 0,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function signed(claims: JWTPayload, key = privateKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const usual = { iat: now, exp: now + 60, iss: 'https://issuer', aud: 'leat' }
  return await new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(key)
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
