import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { clientExchange, saslMechanisms } from './index.ts'
import { readClientFirst } from './scram/messages.ts'

const user = 'alice'

test('every mechanism has a client, and each opens in its own way', () => {
  const openings = saslMechanisms.map((mechanism) =>
    clientExchange(
      mechanism === 'OAUTHBEARER'
        ? { mechanism, token: 'abc' }
        : { mechanism, user, password: 'secret' },
      systemRandom,
    ).first(),
  )
  const [plain, ...others] = openings
  const bearer = others.pop()
  assert.equal(plain?.toString(), '\0alice\0secret')
  assert.equal(bearer?.toString(), 'n,,\x01auth=Bearer abc\x01\x01')
  for (const opening of others) assert.equal(readClientFirst(opening)?.name, user)
})

test('what a client says beside its password travels with it', () => {
  const extensions = { tokenauth: 'true' }
  const credentials = { mechanism: 'SCRAM-SHA-256', user, password: 'hmac', extensions } as const
  const opening = readClientFirst(clientExchange(credentials, systemRandom).first())
  assert.deepEqual(opening?.extensions, new Map([['tokenauth', 'true']]))
})
