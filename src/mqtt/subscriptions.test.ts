import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../base/random.ts'
import { matches } from '../protocols/mqtt/index.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

function subscription(filter: string): Subscription {
  return { filter, qos: 0, noLocal: false, retainAsPublished: false, identifier: undefined }
}

function levels(random: Random, from: readonly string[]): string {
  return Array.from({ length: between(random, 1, 4) }, () => pick(random, from)).join('/')
}

test(`the tree finds what matching each filter finds (seed ${seed})`, () => {
  const random = seededRandom(seed)
  const tree = new Subscriptions<string>()
  const all = new Map<string, Set<string>>()
  for (let round = 0; round < 3000; round++) {
    const who = `s${between(random, 0, 20)}`
    const base = levels(random, ['a', 'b', '', '+', '$c'])
    const filter = random.next() < 0.3 ? `${base}/#` : base
    const own = all.get(who) ?? new Set()
    all.set(who, own)
    if (random.next() < 0.6) {
      own.add(filter)
      tree.set(who, subscription(filter))
    } else {
      own.delete(filter)
      tree.remove(who, filter)
    }
    const topic = levels(random, ['a', 'b', '', '$c'])
    const expected = [...all].flatMap(([name, filters]) =>
      [...filters].filter((one) => matches(one, topic)).map((one) => `${name} ${one}`),
    )
    const found = [...tree.match(topic)].flatMap(([name, subscriptions]) =>
      subscriptions.map((one) => `${name} ${one.filter}`),
    )
    assert.deepEqual(found.sort(), expected.sort(), topic)
  }
})
