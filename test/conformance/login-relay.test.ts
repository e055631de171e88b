/** Logins that another door carries to an Apache Kafka step by step: it decides, as it does at its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/base/random.ts'
import { tlsClientSetting } from '../../src/base/tls/settings.ts'
import { LoginRelay } from '../../src/client/access/index.ts'
import { clientExchange } from '../../src/protocols/sasl/index.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { startSecureKafka, users } from '../helpers/secure-kafka.ts'

test('an Apache Kafka decides on logins by SCRAM and by token that are carried to it, over TLS too', {
  skip: withoutPeer(...apacheKafkaPeers, 'openssl'),
}, async (t) => {
  const { authority, brokers } = await startSecureKafka(t)
  const tls = tlsClientSetting.read({ ca: authority.certificate }, [], ({ says }) => {
    assert.fail(says)
  })
  const ways = {
    plain: { brokers: [brokers.SASL_PLAINTEXT] },
    encrypted: { brokers: [brokers.SASL_SSL], tls },
  }
  for (const [way, options] of Object.entries(ways)) {
    await t.test(way, async () => {
      await using relay = new LoginRelay({ ...options, random: systemRandom })
      for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
        const right = await outcomeOf(relay, mechanism, 'alice', users.alice)
        assert.deepEqual(right.kind === 'done' && right.login, { user: 'alice' })
        for (const [user, password] of [
          ['alice', users.bob],
          ['nobody', users.alice],
        ] as const) {
          assert.equal((await outcomeOf(relay, mechanism, user, password)).kind, 'failed')
        }
      }
      const now = Math.floor(Date.now() / 1000)
      const token = (claims: object) => `${encoded({ alg: 'none' })}.${encoded(claims)}.`
      // Kafka's validator for tests takes unsigned tokens; which are good is for Kafka to say.
      const good = await relay.tokenLogin(token({ sub: 'alice', iat: now, exp: now + 60 }))
      assert.deepEqual(good, { user: 'alice', expiresAtMs: (now + 60) * 1000 })
      for (const claims of [{ sub: 'alice', exp: now - 60 }, { sub: 'alice' }, { exp: now + 60 }]) {
        assert.ok('refused' in (await relay.tokenLogin(token(claims))), JSON.stringify(claims))
      }
    })
  }
})

/** What becomes of a login, the proof of the broker included. */
async function outcomeOf(
  relay: LoginRelay,
  mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
  user: string,
  password: string,
) {
  const client = clientExchange({ mechanism, user, password }, systemRandom)
  const exchange = relay.exchange(mechanism)
  try {
    const first = await exchange.next(client.first())
    if (first.kind !== 'reply') return first
    const proof = await client.next(first.token)
    if (proof.kind !== 'reply') throw new Error('the client does not go on')
    const last = await exchange.next(proof.token)
    if (last.kind === 'done') assert.equal((await client.next(last.token)).kind, 'done')
    return last
  } finally {
    exchange.close()
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
