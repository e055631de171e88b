import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Rights, unlimitedRights } from '../access/rights.ts'
import { type PipelineTold, visiblePipelines } from './pipelines.ts'
import { opened } from './testing/opened.ts'

const pipeline: PipelineTold = {
  ...{ name: 'clean', group: 'pipeline-clean', from: ['raw'], to: ['clean', 'odd'] },
  ...{ state: 'FAILED', why: 'clean is full', read: 3, written: 2, failed: 1, late: 0 },
}

const rightsTo = (...names: string[]): Rights => ({
  ...unlimitedRights,
  shows: (_operation, _type, name) => names.includes(name),
})

test('a pipeline is told as it stands', async () => {
  await using console = await opened({ pipelines: () => [pipeline] })
  const answer = await console.ask('/api/pipelines')
  assert.deepEqual(await answer.json(), [pipeline])
})

test('whoever may not see its group does not see a pipeline', () => {
  assert.deepEqual(visiblePipelines([pipeline], rightsTo('raw', 'clean', 'odd')), [])
})

test('topics that one may not see are left out, and with them the reason that may name them', () => {
  const [told] = visiblePipelines([pipeline], rightsTo('pipeline-clean', 'raw', 'clean'))
  assert.deepEqual([told?.from, told?.to, told?.why], [['raw'], ['clean'], undefined])
  const rights = rightsTo('pipeline-clean', 'raw', 'clean', 'odd')
  assert.deepEqual(visiblePipelines([pipeline], rights), [pipeline])
})
