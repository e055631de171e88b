import assert from 'node:assert/strict'
import { test } from 'node:test'
import { principalMapping } from '../../access/principal-mapping.ts'
import { silentLogger } from '../../base/logger.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Entrance } from '../../client/doors/index.ts'
import { opened } from '../testing/opened.ts'

const minuteMs = 60_000

test('who is removed, or has a new password, is out a minute later', async () => {
  const { console, clock, gatekeeper } = open()
  await using running = await console
  const ask = await loggedIn(running)
  gatekeeper.right = 'another'
  clock.advance(minuteMs - 1)
  assert.equal((await ask('/api/session')).status, 200)
  clock.advance(1)
  assert.equal((await ask('/api/session')).status, 401)
  gatekeeper.right = 'secret'
  assert.equal((await ask('/api/session')).status, 401, 'the session has ended')
})

test('while the broker cannot be asked nobody is let in, and nobody is logged out', async () => {
  const { console, clock, gatekeeper } = open()
  await using running = await console
  const ask = await loggedIn(running)
  gatekeeper.isAway = true
  clock.advance(minuteMs)
  const answer = await ask('/api/session')
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /login-unknown/)
  gatekeeper.isAway = false
  assert.equal((await ask('/api/session')).status, 200)
})

function open() {
  const clock = new ManualClock()
  const gatekeeper = { right: 'secret', isAway: false }
  const entrance = new Entrance({
    ...{ auth: [], principalOf: principalMapping('DEFAULT'), clock, logger: silentLogger },
    gatekeeper: {
      passwordIsRight: async (user, password) => {
        if (gatekeeper.isAway) throw new Error('the broker is away')
        return user === 'alice' && password === gatekeeper.right
      },
      userOf: async () => undefined,
      authorizer: undefined,
    },
  })
  const limits = { idleMs: 30 * minuteMs, longestMs: 720 * minuteMs }
  const login = { passwords: true, issuer: undefined, limits, isSecure: false }
  return { clock, gatekeeper, console: opened({ clock, entrance, login }) }
}

async function loggedIn({ ask }: Pick<Awaited<ReturnType<typeof opened>>, 'ask'>) {
  const answer = await ask('/api/session', {
    method: 'POST',
    headers: { 'x-leat-console': '1' },
    body: JSON.stringify({ user: 'alice', password: 'secret' }),
  })
  assert.equal(answer.status, 204)
  const [cookie = ''] = answer.headers.getSetCookie()
  return (path: string) => ask(path, { headers: { cookie: cookie.split(';')[0] ?? '' } })
}
