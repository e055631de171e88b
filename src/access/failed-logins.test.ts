import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Logger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { between, pick, seededRandom } from '../base/random.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { AuditEvent } from './audit.ts'
import { type FailedLoginLimits, FailedLogins } from './failed-logins.ts'

const usual: FailedLoginLimits = {
  ...{ ofUserAtAddress: 10, usersAtAddress: 20, ofUser: 100 },
  ...{ refusedMs: 15_000, longestRefusedMs: 900_000, forgottenMs: 900_000 },
  exempt: ['localhost'],
}

test('after some failures no password is looked at for a while, which grows, and is forgotten', async () => {
  const { says, clock, looked } = guarded()
  await guesses(says, 10)
  const waits: number[] = []
  for (let times = 0; times < 8; times++) {
    const refusedMs = await says('10.0.0.7', 'alice', 'right')
    waits.push(Number(refusedMs))
    clock.advance(Number(refusedMs))
    assert.equal(await says('10.0.0.7', 'alice', `again-${times}`), 'wrong')
  }
  assert.deepEqual(
    waits.map((ms) => ms / 1000),
    [15, 30, 60, 120, 240, 480, 900, 900],
  )
  assert.equal(looked.length, 18)
  clock.advance(900_000 + 900_000)
  await guesses(says, 9)
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right')
})

test('a clock that is set back, or ahead, refuses nobody for longer than it was to be', async () => {
  const { says, clock } = guarded()
  await guesses(says, 10)
  clock.advance(-24 * 60 * 60 * 1000)
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 15_000)
  clock.advance(15_000)
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right')
  assert.equal(await says('10.0.0.7', 'alice', 'guess'), 'wrong')
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 30_000)
  clock.advance(365 * 24 * 60 * 60 * 1000)
  await guesses(says, 9)
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right')
})

test('who comes from elsewhere, or is another user, is not refused', async () => {
  const { says } = guarded()
  await guesses(says, 10)
  assert.equal(await says('10.0.0.8', 'alice', 'right'), 'right')
  assert.equal(await says('10.0.0.7', 'bob', 'right'), 'right')
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 15_000)
})

test('a program that was left with an old password is no guesser, and refuses nobody', async () => {
  const { says } = guarded()
  for (let times = 0; times < 1000; times++) {
    assert.equal(await says('10.0.0.7', 'pump', 'of-last-year'), 'wrong')
  }
  assert.equal(await says('10.0.0.7', 'pump', 'right'), 'right')
})

test('where many users fail, those who came in there before are heard, and others elsewhere', async () => {
  const { says, clock } = guarded()
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right')
  for (let name = 0; name < 20; name++) {
    assert.equal(await says('10.0.0.7', `name-${name}`, 'guess'), 'wrong')
  }
  assert.equal(await says('10.0.0.7', 'bob', 'right'), 15_000)
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right')
  assert.equal(await says('10.0.0.9', 'bob', 'right'), 'right')
  clock.advance(15_000)
  assert.equal(await says('10.0.0.7', 'bob', 'right'), 'right')
})

test('a user who is guessed at from everywhere comes in from everywhere; each stranger has one guess', async () => {
  const { says, clock } = guarded()
  assert.equal(await says('10.9.9.9', 'alice', 'right'), 'right')
  for (let address = 0; address < 100; address++) {
    assert.equal(await says(`10.1.0.${address}`, 'alice', 'guess'), 'wrong')
  }
  assert.equal(await says('10.2.0.1', 'alice', 'guess'), 'wrong')
  assert.equal(await says('10.2.0.1', 'alice', 'right'), 15_000)
  assert.equal(await says('10.2.0.2', 'alice', 'right'), 'right')
  await guesses(says, 9, '10.9.9.9')
  assert.equal(await says('10.9.9.9', 'alice', 'right'), 'right')
  assert.equal(await says('10.2.0.3', 'bob', 'guess'), 'wrong')
  assert.equal(await says('10.2.0.3', 'bob', 'right'), 'right')
  clock.advance(900_000)
  assert.equal(await says('10.2.0.4', 'alice', 'guess'), 'wrong')
  assert.equal(await says('10.2.0.4', 'alice', 'right'), 'right')
})

test('many addresses of one network of IPv6 are one', async () => {
  const { says } = guarded()
  for (let times = 0; times < 10; times++) {
    assert.equal(await says(`2001:db8:0:1:0:0:0:${times}`, 'alice', `guess-${times}`), 'wrong')
  }
  assert.equal(await says('2001:db8:0:1:a:b:c:d', 'alice', 'right'), 15_000)
  assert.equal(await says('2001:db8:0:2:0:0:0:1', 'alice', 'right'), 'right')
})

test('where nothing is to be refused, nothing is: on the machine itself, in networks that are named', async () => {
  const { says, families } = guarded({ exempt: ['localhost', '192.168.0.0/16', 'fd00::/8'] })
  const hosts = ['127.0.0.1', '127.9.9.9', '0:0:0:0:0:0:0:1', '192.168.7.7', 'fd00:1:2:3:4:5:6:7']
  for (const host of hosts) {
    await guesses(says, 50, host)
    assert.equal(await says(host, 'alice', 'right'), 'right')
  }
  await guesses(says, 10, '192.169.0.1')
  assert.equal(await says('192.169.0.1', 'alice', 'right'), 15_000)
  assert.deepEqual(families(), { failed: 260, refused: 1 })
})

test('guesses that come all at once are looked at a few at a time, and no more than they would be one by one', async () => {
  const { says, looked } = guarded()
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) => says('10.0.0.7', 'alice', `guess-${index}`)),
  )
  assert.ok(looked.length >= 10 && looked.length <= 13, `${looked.length}`)
  assert.equal(answers.filter((one) => one === 'wrong').length, looked.length)
})

test('a step that decides nothing counts for nothing, nor does a login that could not be checked', async () => {
  const { failedLogins } = guarded()
  const attempt = { door: 'kafka', host: '10.0.0.7', user: 'alice' } as const
  for (let times = 0; times < 50; times++) {
    const step = await failedLogins.tried(
      attempt,
      async () => 'go on',
      () => undefined,
    )
    assert.deepEqual(step, { outcome: 'go on' })
    const broken = failedLogins.tried(
      attempt,
      () => Promise.reject(new Error('the broker is away')),
      () => false,
    )
    await assert.rejects(broken, /away/)
  }
})

test('it is told once when logins begin to be refused, and no password is in it', async () => {
  const { says, lines, events, clock } = guarded()
  await guesses(says, 10)
  for (let times = 0; times < 50; times++) await says('10.0.0.7', 'alice', 's3cret')
  assert.deepEqual(events, [
    {
      ...{ kind: 'login', door: 'http', host: '10.0.0.7', user: 'alice', outcome: 'refused' },
      mechanism: undefined,
      why: 'too many logins of this user at this address have failed: none is tried for 15 s',
    },
  ])
  assert.equal(lines.length, 1)
  clock.advance(15_000)
  await says('10.0.0.7', 'alice', 's3cret-again')
  assert.match(`${events[1]?.kind === 'login' && events[1].why}`, /none is tried for 30 s/)
  assert.doesNotMatch(lines.join(), /guess-|s3cret/)
})

test('millions of addresses and names take the memory that they may, and push out nobody who came in', async () => {
  const { says } = guarded({ usersAtAddress: 2, exempt: [] })
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right')
  await guesses(says, 10, '10.0.0.8')
  assert.equal(await says('10.0.0.8', 'alice', 'right'), 15_000)
  for (let count = 0; count < 25_000; count++) {
    const host = `10.${1 + (count >> 16)}.${(count >> 8) & 255}.${count & 255}`
    await says(host, `${count}`.padEnd(2000, 'x'), 'guess')
  }
  assert.equal(await says('10.0.0.8', 'alice', 'right'), 'right', 'it was forgotten')
  await guesses(says, 2, '10.0.0.7', ['eve', 'mallory'])
  assert.equal(await says('10.0.0.7', 'trent', 'right'), 15_000)
  assert.equal(await says('10.0.0.7', 'alice', 'right'), 'right', 'alice is known there')
})

test('whatever guessers do for a day, nobody is kept out elsewhere, and they have few guesses', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  t.diagnostic(`seed ${seed}`)
  const random = seededRandom(seed)
  const { says, clock, looked } = guarded()
  const users = ['alice', 'bob', 'carol']
  const strangers = Array.from({ length: 20 }, (_, index) => `10.66.0.${index}`)
  const dayMs = 24 * 60 * 60 * 1000
  const endMs = clock.now() + dayMs
  for (let count = 0; clock.now() < endMs; count++) {
    await says(pick(random, strangers), pick(random, users), `guess-${count}`)
    clock.advance(between(random, 0, 10_000))
    if (count % 100 !== 0) continue
    const host = `10.7.${between(random, 0, 9)}.1`
    assert.equal(await says(host, pick(random, users), 'right'), 'right', `seed ${seed}`)
  }
  const wrong = looked.filter((password) => password.startsWith('guess-')).length
  // Of each user at each address ten at first, then one after each refusal.
  const mostOfPair = 10 + 6 + dayMs / 900_000
  assert.ok(wrong <= strangers.length * users.length * mostOfPair, `${wrong} with seed ${seed}`)
})

function guarded(limits: Partial<FailedLoginLimits> = {}) {
  const clock = new ManualClock()
  const metrics = new Metrics()
  const [lines, looked]: string[][] = [[], []]
  const events: AuditEvent[] = []
  const say = (message: string, facts = {}) => void lines?.push(message + JSON.stringify(facts))
  const logger: Logger = { debug: say, info: say, warn: say, error: say, with: () => logger }
  const audit = { tellsAllowed: false, tell: (event: AuditEvent) => void events.push(event) }
  const parts = { clock, metrics, logger, audit, random: seededRandom(1) }
  const failedLogins = new FailedLogins({ ...usual, ...limits }, parts)
  /** What a login comes to: right, wrong, or for how long it is not even looked at. */
  const says = async (host: string, user: string, password: string) => {
    const check = async () => {
      await Promise.resolve()
      looked?.push(password)
      return password === 'right'
    }
    const attempt = { door: 'http', host, user, password } as const
    const tried = await failedLogins.tried(attempt, check, (isRight) => isRight)
    if ('refusedMs' in tried) return tried.refusedMs
    return tried.outcome ? 'right' : 'wrong'
  }
  const families = () => {
    const [failed, refused] = metrics.families().map(({ read }) => read()[0]?.value)
    return { failed, refused }
  }
  return { failedLogins, says, clock, looked: looked ?? [], lines: lines ?? [], events, families }
}

async function guesses(
  says: ReturnType<typeof guarded>['says'],
  count: number,
  host = '10.0.0.7',
  users: readonly string[] = ['alice'],
): Promise<void> {
  for (let guess = 0; guess < count; guess++) {
    const user = users[guess % users.length] ?? ''
    assert.equal(await says(host, user, `guess-${guess}`), 'wrong')
  }
}
