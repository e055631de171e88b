import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { silentLogger } from '../../base/logger.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { type SourcePlugin, source } from '../kit/index.ts'
import { Plugins } from '../plugins.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import type { Status } from '../state/status-store.ts'
import { planTasks } from './planning.ts'
import type { Services } from './services.ts'

/** A connector whose tasks have letters, each for itself; the tasks that it had ended say so later. */
function connector(plans: readonly (readonly string[])[], before: readonly string[]) {
  const clock = new ManualClock()
  const published: string[][] = []
  const running = new Map(before.map((_, task) => [task, { state: 'RUNNING' } as Status]))
  const seen: unknown[] = []
  let planAgain = () => {}
  let plan = 0
  const letters = (tasks: readonly ConnectorConfig[]) => tasks.map((task) => task.letters ?? '')
  const plugin = source({
    ...{ kind: 'source', names: ['Letters'], version: '1', about: 'Has letters.', options: {} },
    plan: async (_values, _most, context) => {
      planAgain = context.planAgain
      seen.push(letters(context.before))
      return (plans[plan++] ?? []).map((some) => ({ letters: some }))
    },
    aloneWith: (share) => [...(share.letters ?? '')],
    open: async () => assert.fail('nothing runs here'),
  } satisfies SourcePlugin)
  const config = { name: 'c', 'connector.class': 'Letters', 'tasks.max': '9' }
  const closing = new AbortController()
  const tasks = before.map((some) => ({ ...config, letters: some, 'task.class': 'LettersTask' }))
  const attempt = {
    ...{ signal: closing.signal, running: async () => {}, succeeded: () => {} },
  }
  const planning = planTasks(
    {
      ...{ connector: 'c', plugins: new Plugins([plugin]), tasks: () => tasks },
      stored: { config, target: 'STARTED', tasks },
      services: { clock, logger: silentLogger, secrets: {} } as unknown as Services,
      statuses: { readToEnd: async () => {}, tasks: () => [...running] },
      publishTasks: async (given) => void published.push(letters(given)),
    },
    attempt,
  )
  return {
    ...{ clock, published, running, seen },
    planAgain: async () => {
      planAgain()
      await settled()
    },
    stop: async () => {
      closing.abort()
      await planning
    },
  }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await turn()
}

test('what changes hands is given away when all tasks have ended', async (t) => {
  const { published, running, clock, stop } = connector([['b', 'a']], ['a', 'b'])
  t.after(stop)
  await settled()
  assert.deepEqual(published, [[]])
  running.delete(0)
  clock.advance(100)
  await settled()
  assert.deepEqual(published, [[]])
  running.set(1, { state: 'UNASSIGNED' } as Status)
  clock.advance(100)
  await settled()
  assert.deepEqual(published, [[], ['b', 'a']])
})

test('a worker that has died is not waited for longer than its group does', async (t) => {
  const { published, clock, stop } = connector([['ab']], ['a', 'b'])
  t.after(stop)
  for (let waited = 0; waited <= 15_000; waited += 100) {
    await settled()
    assert.deepEqual(published, [[]])
    clock.advance(100)
  }
  await settled()
  assert.deepEqual(published, [[], ['ab']])
})

test('tasks that keep what they have, and get or lose some, go on', async (t) => {
  const plans = [
    ['ac', 'b'],
    ['a', 'b', 'd'],
  ]
  const { published, seen, planAgain, stop } = connector(plans, ['a', 'b'])
  t.after(stop)
  await settled()
  await planAgain()
  assert.deepEqual(published, plans)
  assert.deepEqual(seen, [
    ['a', 'b'],
    ['ac', 'b'],
  ])
})
