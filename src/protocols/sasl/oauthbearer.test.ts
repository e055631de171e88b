import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import { type CheckToken, OAuthBearerClient, OAuthBearerServer } from './oauthbearer.ts'
import { talk } from './testing/exchange.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

const check: CheckToken = async (token) =>
  token === 'good.tok_en-1=='
    ? { user: 'alice', expiresAtMs: 5000 }
    : { refused: 'the token has expired', status: 'invalid_token' }

test('a good token lets in whom it names, until it expires', async () => {
  const client = new OAuthBearerClient('good.tok_en-1==', { logicalCluster: 'lkc-1' })
  const { client: end, server } = await talk(client, new OAuthBearerServer(check))
  assert.deepEqual(end, { kind: 'done' })
  assert.deepEqual(server?.kind === 'done' && server.login, { user: 'alice', expiresAtMs: 5000 })
})

test('a token that is not good is refused with a status, and the reason stays with us', async () => {
  const { client, server, tokens } = await talk(
    new OAuthBearerClient('bad'),
    new OAuthBearerServer(check),
  )
  assert.equal(tokens[1]?.toString(), '{"status":"invalid_token"}')
  assert.equal(client?.kind, 'reply')
  assert.deepEqual(server, {
    kind: 'failed',
    why: 'the token has expired',
    says: '{"status":"invalid_token"}',
  })
})

test('after a refused token no second one is looked at', async () => {
  const server = new OAuthBearerServer(check)
  await server.next(new OAuthBearerClient('bad').first())
  const step = await server.next(new OAuthBearerClient('good.tok_en-1==').first())
  assert.equal(step.kind, 'failed')
})

const openings: Readonly<Record<string, [string, 'done' | 'failed']>> = {
  'the usual form': ['n,,\x01auth=Bearer good.tok_en-1==\x01\x01', 'done'],
  'small letters and spaces': ['n,,\x01auth=bearer  good.tok_en-1==\x01\x01', 'done'],
  'the name of the token': ['n,a=alice,\x01auth=Bearer good.tok_en-1==\x01\x01', 'done'],
  'another name': ['n,a=bob,\x01auth=Bearer good.tok_en-1==\x01\x01', 'failed'],
  'a channel binding': ['p=x,,\x01auth=Bearer good.tok_en-1==\x01\x01', 'failed'],
  'another scheme': ['n,,\x01auth=Basic good.tok_en-1==\x01\x01', 'failed'],
  'no token': ['n,,\x01host=a\x01\x01', 'failed'],
  'two tokens': ['n,,\x01auth=Bearer x\x01auth=Bearer good.tok_en-1==\x01\x01', 'failed'],
  'no end': ['n,,\x01auth=Bearer good.tok_en-1==\x01', 'failed'],
  'something behind the end': ['n,,\x01auth=Bearer good.tok_en-1==\x01\x01x', 'failed'],
  'no separator': ['n,,auth=Bearer good.tok_en-1==\x01\x01', 'failed'],
  nothing: ['', 'failed'],
}

for (const [what, [opening, kind]] of Object.entries(openings)) {
  test(`an opening of OAUTHBEARER with ${what} is ${kind}`, async () => {
    const step = await new OAuthBearerServer(check).next(Buffer.from(opening))
    assert.equal(step.kind, kind)
  })
}

test('a changed byte never lets anybody in under another name', async (t) => {
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const opening = new OAuthBearerClient('good.tok_en-1==').first()
  for (let round = 0; round < 3000; round++) {
    const changed = Buffer.from(opening)
    changed[between(random, 0, changed.length - 1)] = between(random, 0, 255)
    const step = await new OAuthBearerServer(check).next(changed)
    if (step.kind === 'done') assert.equal(step.login.user, 'alice')
  }
})
