import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { KeptTokens } from './kept-tokens.ts'

test('the broker is asked for a token once in ten seconds, and again when it has ended', async () => {
  const clock = new ManualClock()
  const asked: string[] = []
  const expiresAtMs = clock.now() + 12_000
  const relay = {
    tokenLogin: async (token: string) => {
      asked.push(token)
      if (token === 'bad' || clock.now() >= expiresAtMs) return { refused: 'it is not good' }
      return { user: 'alice', expiresAtMs }
    },
  }
  const tokens = new KeptTokens({ relay, clock, random: systemRandom })
  assert.equal(await tokens.userOf('good'), 'alice')
  assert.equal(await tokens.userOf('good'), 'alice')
  assert.deepEqual(asked, ['good'])
  clock.advance(10_000)
  assert.equal(await tokens.userOf('good'), 'alice')
  assert.equal(asked.length, 2)
  clock.advance(2000)
  assert.equal(await tokens.userOf('good'), undefined, 'nothing is believed after its end')
  assert.equal(await tokens.userOf('bad'), undefined)
  assert.equal(await tokens.userOf('bad'), undefined)
  assert.equal(asked.filter((one) => one === 'bad').length, 2, 'what was wrong is not remembered')
})
