import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { type TokenOptions, Tokens } from './tokens.ts'

const clock = new ManualClock()
const nowSeconds = clock.now() / 1000
const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
const stranger = await generateKeyPair('ES256', { extractable: true })
const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' }
const claims = { sub: 'alice', iat: nowSeconds, exp: nowSeconds + 60, iss: 'https://issuer' }

test('a token that is signed with a key of the set says who its bearer is, and until when', async (t) => {
  const tokens = openTokens(t, { issuer: 'https://issuer', audience: ['kafka', 'leat'] })
  const token = await signed({ ...claims, aud: 'leat' })
  assert.deepEqual(await tokens.check(token), {
    user: 'alice',
    expiresAtMs: clock.now() + 60_000,
  })
})

test('the user may stand in another claim', async (t) => {
  const tokens = openTokens(t, { subject: 'client_id' })
  const login = await tokens.check(await signed({ ...claims, client_id: 'sensor-7' }))
  assert.deepEqual('user' in login && login.user, 'sensor-7')
})

test('where no audience is named, a token for anybody is good, as one that names none', async (t) => {
  const tokens = openTokens(t, { audience: [] })
  for (const aud of [undefined, 'somebody']) {
    assert.ok(
      'user' in (await tokens.check(await signed(aud === undefined ? claims : { ...claims, aud }))),
    )
  }
})

const fit: JWTPayload = { ...claims, aud: 'leat' }

const refused: Readonly<Record<string, () => Promise<string>>> = {
  'of another issuer': async () => signed({ ...claims, iss: 'https://other' }),
  'for another audience': async () => signed({ ...claims, aud: 'another' }),
  'for nobody': async () => signed(claims),
  'that has expired': async () => signed({ ...fit, exp: nowSeconds - 31 }),
  'that is not good yet': async () => signed({ ...fit, nbf: nowSeconds + 31 }),
  'that never expires': async () => signed({ ...fit, exp: undefined as never }),
  'that does not say when it was made': async () => signed({ ...fit, iat: undefined as never }),
  'of nobody': async () => signed({ ...fit, sub: undefined as never }),
  'of a user without a name': async () => signed({ ...fit, sub: '' }),
  'of a user who is a number': async () => signed({ ...fit, sub: 7 as never }),
  'of a user with an endless name': async () => signed({ ...fit, sub: 'a'.repeat(1025) }),
  "that is signed with a stranger's key": async () => signed(fit, stranger.privateKey),
  'that names a key which is not in the set': async () => signed(fit, privateKey, 'key-2'),
  'that is not signed': async () => `${part({ alg: 'none' })}.${part(fit)}.`,
  'that is not signed, in capital letters': async () => `${part({ alg: 'NONE' })}.${part(fit)}.`,
  'whose signature was made with the public key as a secret': async () => {
    const said = `${part({ alg: 'HS256', kid: 'key-1' })}.${part(fit)}`
    const secret = await exportSPKI(publicKey)
    return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`
  },
  'that brings its own key': async () => {
    const header = { alg: 'ES256', jwk: await exportJWK(stranger.publicKey) }
    return await new SignJWT(fit).setProtectedHeader(header).sign(stranger.privateKey)
  },
  'that says where its key is': async () => {
    const header = { alg: 'ES256', jku: 'http://127.0.0.1:1/keys', kid: 'key-9' }
    return await new SignJWT(fit).setProtectedHeader(header).sign(stranger.privateKey)
  },
  'with a critical header that nobody knows': async () => {
    const header = { alg: 'ES256', kid: 'key-1', crit: ['exotic'], exotic: true }
    const token = await signed(fit)
    const [, body, signature] = token.split('.')
    return `${part(header)}.${body}.${signature}`
  },
  'whose claims were changed': async () => {
    const [header, , signature] = (await signed(fit)).split('.')
    return `${header}.${part({ ...fit, sub: 'admin' })}.${signature}`
  },
  'that is none': async () => 'abc',
}

for (const [what, make] of Object.entries(refused)) {
  test(`a token ${what} is refused`, async (t) => {
    const tokens = openTokens(t, { issuer: 'https://issuer', audience: ['leat'] })
    const token = await make()
    const login = await tokens.check(token)
    assert.ok('refused' in login, `it was let in: ${JSON.stringify(login)}`)
    assert.equal(login.status, 'invalid_token')
    assert.ok(!login.refused.includes(token), 'the reason shows the token')
  })
}

test('a clock that is half a minute off does no harm', async (t) => {
  const tokens = openTokens(t, {})
  assert.ok('user' in (await tokens.check(await signed({ ...claims, exp: nowSeconds - 29 }))))
  assert.ok('user' in (await tokens.check(await signed({ ...claims, nbf: nowSeconds + 29 }))))
})

test('a token must be good for what is required', async (t) => {
  const tokens = openTokens(t, { requiredScopes: ['kafka'] })
  assert.ok('user' in (await tokens.check(await signed({ ...claims, scope: 'mail kafka' }))))
  assert.ok('user' in (await tokens.check(await signed({ ...claims, scope: ['kafka'] }))))
  const login = await tokens.check(await signed({ ...claims, scope: 'kafka-not' }))
  assert.equal('refused' in login && login.status, 'insufficient_scope')
})

test('keys come from an address, too, and are asked for again after it was down', async (t) => {
  let isUp = false
  const server = createServer((_request, response) => {
    response.statusCode = isUp ? 200 : 503
    response.end(JSON.stringify({ keys: [jwk] }))
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const tokens = new Tokens({ jwks: `http://127.0.0.1:${port}/keys` }, clock)
  const token = await signed(claims)
  assert.ok('refused' in (await tokens.check(token)))
  isUp = true
  assert.ok('user' in (await tokens.check(token)))
})

test('a file of keys that is not there refuses every token until it is', async (t) => {
  const folder = temporaryFolder(t)
  const tokens = new Tokens({ jwks: join(folder, 'keys.json') }, clock)
  const token = await signed(claims)
  assert.ok('refused' in (await tokens.check(token)))
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [jwk] }))
  assert.ok('user' in (await tokens.check(token)))
})

function openTokens(t: TestContext, options: Partial<TokenOptions>): Tokens {
  const jwks = join(temporaryFolder(t), 'keys.json')
  writeFileSync(jwks, JSON.stringify({ keys: [jwk] }))
  return new Tokens({ jwks, ...options }, clock)
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-tokens-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function signed(payload: JWTPayload, key = privateKey, kid = 'key-1'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid }).sign(key)
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
