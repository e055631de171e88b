/**
 * The page shares no code with the program, so it says itself what the API answers. Here the compiler
 * compares both: when one of them changes without the other, the type check fails.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { visiblePipelines } from '../src/console/pipelines.ts'
import type { toldOf } from '../src/console/rates/told.ts'
import type { SeenRecord } from '../src/console/records/judge.ts'
import type { clusterTold } from '../src/console/routes/cluster.ts'
import type { groupRows, groupTold, movesTold } from '../src/console/routes/groups.ts'
import type { doneOf } from '../src/console/routes/records.ts'
import type { sessionTold } from '../src/console/routes/session.ts'
import type { topicAndReaders } from '../src/console/routes/topics.ts'
import type { configsOf } from '../src/console/topics/configs.ts'
import type { listTopics } from '../src/console/topics/list.ts'
import type * as groups from '../web/pages/groups/answers.ts'
import type * as pipelines from '../web/pages/pipelines/answers.ts'
import type * as topics from '../web/pages/topics/answers.ts'
import type { Sample } from '../web/state/samples.ts'
import type { Cluster, Session } from '../web/state/told.ts'

/** Nobody changes what was answered. */
type Sent<Value> = { readonly [Key in keyof Value]: Sent<Value[Key]> }

/** Also where a type has more that is optional. */
type IsSame<One, Other> =
  (<T>() => T extends Sent<One> ? 1 : 2) extends <T>() => T extends Sent<Other> ? 1 : 2
    ? true
    : false

// biome-ignore lint/suspicious/noExplicitAny: functions of whatever they take.
type Answer<Told extends (...given: any) => unknown> = Awaited<ReturnType<Told>>

const isSame = {
  Session: true satisfies IsSame<Answer<typeof sessionTold>, Session>,
  Cluster: true satisfies IsSame<Answer<typeof clusterTold>, Cluster>,
  Sample: true satisfies IsSame<Answer<typeof toldOf>, Sample>,
  TopicRow: true satisfies IsSame<Answer<typeof listTopics>, topics.TopicRow[]>,
  Topic: true satisfies IsSame<Answer<typeof topicAndReaders>, topics.Topic>,
  TopicConfig: true satisfies IsSame<Answer<typeof configsOf>, topics.TopicConfig[]>,
  SeenRecord: true satisfies IsSame<SeenRecord, topics.SeenRecord>,
  Done: true satisfies IsSame<Answer<typeof doneOf>, topics.Done>,
  GroupRow: true satisfies IsSame<Answer<typeof groupRows>, groups.GroupRow[]>,
  Group: true satisfies IsSame<Answer<typeof groupTold>, groups.Group>,
  Move: true satisfies IsSame<Answer<typeof movesTold>, groups.Move[]>,
  PipelineRow: true satisfies IsSame<Answer<typeof visiblePipelines>, pipelines.PipelineRow[]>,
}

/** Of Connect and of the registry, in Kafka Connect's and Confluent's own shapes, of which the page reads a part. */
const ofOthers = [
  'Connectors',
  'Status',
  'Config',
  'Figures',
  'Validation',
  'SubjectVersion',
  'Verdict',
]

test('whatever the page asks the console for is compared with what the console answers', () => {
  const asked = globSync('web/**/*.{ts,tsx}').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:useAnswer|ask)<([A-Z]\w+)(?:\[\])?>\(/g)].map(
      ([, name = '']) => name,
    ),
  )
  assert.ok(asked.length > 15, `only ${asked.length} questions were found`)
  const known = [...Object.keys(isSame), ...ofOthers, 'Data', 'Answer']
  assert.deepEqual(
    asked.filter((name) => !known.includes(name)),
    [],
  )
})
