import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '../../base/logger.ts'
import { between, pick, type Random, seededRandom } from '../../base/random.ts'
import { FaultyFiles } from '../../base/testing/faulty-files.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Log } from '../../log/index.ts'
import { ClusterState } from '../cluster-state.ts'
import { BrokerSettings } from '../settings.ts'
import { StateTopic } from '../state-topic.ts'
import { Topics } from '../topics.ts'
import { GroupCoordinator } from './index.ts'
import { Diary, groupName, Walker } from './testing/walker.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const runs = 10
const steps = 300
const mostWalkers = 7

test(`whatever members do, generations grow, one leads, and all settle in the end (SEED=${seed})`, async (t) => {
  for (let run = 0; run < runs; run++) {
    try {
      await live(t, seededRandom(seed + run))
    } catch (error) {
      throw new Error(`repeat with SEED=${seed + run}`, { cause: error })
    }
  }
})

async function live(t: TestContext, random: Random): Promise<void> {
  const clock = new ManualClock()
  const groups = await openGroups(t, clock, random)
  const diary = new Diary()
  const failures: unknown[] = []
  let walkers: Walker[] = []
  let made = 0
  let generation = 0

  const tell = (walker: Walker, metadata: string) => {
    walker.step(metadata).catch((error) => failures.push(error))
  }
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(0)
    }
    if (failures.length > 0) throw failures[0]
    generation = check(groups, diary, generation)
  }
  const restarted = (walker: Walker) => new Walker(walker.name, true, groups, diary)

  for (let step = 0; step < steps; step++) {
    const dice = random.next()
    const walker = walkers.length > 0 ? pick(random, walkers) : undefined
    if (walker === undefined || (dice < 0.08 && walkers.length < mostWalkers)) {
      walkers.push(new Walker(`w${++made}`, random.next() < 0.4, groups, diary))
    } else if (dice < 0.12) {
      walker.crash()
      walkers = walkers.filter((one) => one !== walker)
      if (walker.isStatic && random.next() < 0.7) walkers.push(restarted(walker))
    } else if (dice < 0.15 && !walker.isBusy) walker.leave()
    else if (dice < 0.3) clock.advance(between(random, 0, 4000))
    else tell(walker, random.next() < 0.05 ? 'other topics' : 'topics')
    if (random.next() < 0.7) await settle()
  }

  const isCalm = () =>
    walkers.every((one) => one.isSettled && one.generation === groups.get(groupName)?.generation) &&
    groups.get(groupName)?.members.size === walkers.length
  const calmDown = async () => {
    for (let round = 0; round < 200 && !isCalm(); round++) {
      for (const walker of walkers) tell(walker, 'topics')
      await settle()
      clock.advance(1000)
    }
    assert.ok(isCalm(), 'somebody is stuck')
  }
  await calmDown()
  // Nothing else tells the others that one of them is gone: only its session can.
  walkers.pop()?.crash()
  await calmDown()
  groups.close()
}

/** What holds at every moment; returns the generation, which may only grow. */
function check(groups: GroupCoordinator, diary: Diary, before: number): number {
  const group = groups.get(groupName)
  if (group === undefined) return before
  assert.ok(group.generation >= before, `generation ${group.generation} follows ${before}`)
  if (group.state === 'Empty') assert.equal(group.members.size, 0)
  if (group.state === 'Stable') {
    const given = diary.given.get(group.generation)
    for (const { assignment } of group.members.values()) {
      const [generation, id = ''] = String(assignment).split(':')
      assert.equal(Number(generation), group.generation)
      assert.ok(given?.has(id), `the leader gave nothing to ${id}`)
    }
  }
  return group.generation
}

async function openGroups(
  t: TestContext,
  clock: ManualClock,
  random: Random,
): Promise<GroupCoordinator> {
  const shared = { clock, random, logger: silentLogger }
  const processes = { pid: 1, startOf: () => 'the only one', boot: () => undefined }
  const log = await Log.open({
    ...shared,
    directory: '/data',
    durability: 'os',
    files: new FaultyFiles(),
    processes,
  })
  t.after(() => log.close())
  const settings = BrokerSettings.from({})
  const state = new ClusterState()
  const partitionOf = async (topic: string, topicId: string) =>
    await log.createPartition({ topic, topicId, partition: 0 })
  const cluster = await partitionOf('cluster', 'AAAAAAAAAAAAAAAAAAAAAQ')
  const stateTopic = StateTopic.open(cluster, state, clock)
  const topics = new Topics({ ...shared, log, state, stateTopic, settings })
  const partition = await partitionOf('offsets', 'AAAAAAAAAAAAAAAAAAAAAg')
  return GroupCoordinator.open({ ...shared, partition, settings, topics })
}
