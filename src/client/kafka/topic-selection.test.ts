import assert from 'node:assert/strict'
import test from 'node:test'
import { eventually } from '../../../test/helpers/eventually.ts'
import { silentLogger } from '../../base/logger.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import type { TopicInfo } from './cluster.ts'
import { selectionChange, selectTopics } from './topic-selection.ts'

const readings = { names: ['meters'], fits: (name: string) => name.startsWith('readings-') }

test('topics are meant by name, or by what fits, and never those that are internal', async () => {
  const cluster = new FakeCluster(['readings-2', 'readings-1', 'other'], ['readings-internal'])
  assert.deepEqual(await selectTopics(readings, cluster), ['meters', 'readings-1', 'readings-2'])
  assert.deepEqual(cluster.made, ['meters'])
})

test('named topics keep their order, and nothing is listed for them', async () => {
  const cluster = new FakeCluster(['a'])
  assert.deepEqual(await selectTopics({ names: ['b', 'a'] }, cluster), ['b', 'a'])
  assert.equal(cluster.listings, 0)
})

test('a new topic that fits is noticed, also after a cluster that was away', async () => {
  const cluster = new FakeCluster(['readings-1'])
  const clock = new ManualClock()
  const { signal } = new AbortController()
  const watch = { client: cluster, clock, logger: silentLogger, signal, everyMs: 1000 }
  const change = selectionChange(readings, ['meters', 'readings-1'], watch)
  const pausing = () => eventually('it waits', () => clock.isWaitingFor(1000))
  clock.advance(1000)
  await pausing()
  cluster.isAway = true
  clock.advance(1000)
  await pausing()
  cluster.isAway = false
  cluster.names.push('readings-2')
  clock.advance(1000)
  await change
  assert.equal(cluster.listings, 2)
})

class FakeCluster {
  readonly made: string[] = []
  listings = 0
  isAway = false
  readonly names: string[]
  readonly #internal: readonly string[]

  constructor(names: string[], internal: readonly string[] = []) {
    this.names = names
    this.#internal = internal
  }

  async topics(names?: readonly string[]): Promise<TopicInfo[]> {
    if (this.isAway) throw new Error('away')
    if (names !== undefined) {
      this.made.push(...names)
      return []
    }
    this.listings += 1
    return [
      ...this.names.map((name) => topic(name, false)),
      ...this.#internal.map((name) => topic(name, true)),
    ]
  }
}

function topic(name: string, internal: boolean): TopicInfo {
  return { name, internal, partitions: [] }
}
