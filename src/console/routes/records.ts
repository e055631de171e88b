/** Records of a topic: those that are there, those that come, and a new one. */
import type { Context } from 'hono'
import { Turns } from '../../base/turns.ts'
import { askerOf, describeChange, rightsOf } from '../../client/doors/index.ts'
import type { Producer } from '../../client/index.ts'
import { objectBody } from '../answers.ts'
import { demand } from '../demand.ts'
import { consoleError } from '../errors.ts'
import { conditionOf } from '../records/condition.ts'
import { Judge } from '../records/judge.ts'
import { recordIn } from '../records/new-record.ts'
import { type Question, questionIn } from '../records/question.ts'
import { RangeReader } from '../records/range-reader.ts'
import { schemasFor } from '../records/schemas.ts'
import { spansOf } from '../records/spans.ts'
import { beginningsOf, tail } from '../records/tail.ts'
import { Walk } from '../records/walk.ts'
import type { ConsoleApp, ConsoleEnv, Services } from '../services.ts'
import { topicNamed } from '../topics/list.ts'

/** No more is begun after that; what is found until then is told, and where to go on. */
const longestScanMs = 10_000
/** Then a broker that does not answer is waited for no longer. */
const longestWaitMs = 30_000
const produceTimeoutMs = 30_000
/** Whose records are looked at between two turns of the process, a hundred of each. */
const mostLookingAtOnce = 4

export function addRecords(app: ConsoleApp, services: Services): void {
  const { client, clock, streams } = services
  const turns = new Turns(mostLookingAtOnce)
  let producer: Producer | undefined
  app.get('/api/topics/:topic/records', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'Read', 'Topic', topic)
    const question = questionIn((name) => context.req.query(name), clock.now())
    const judge = await judgeOf(context, { topic, question, turns }, services)
    const kafka = await client()
    const spans = await spansOf(kafka, await topicNamed(kafka, topic), question)
    return streams.lines(context, async function* (gone) {
      using late = lateAfter(services, longestWaitMs)
      const signal = AbortSignal.any([gone, late.signal])
      await using reader = new RangeReader(kafka, topic, signal)
      const deadlineMs = clock.now() + longestScanMs
      const walk = new Walk(spans, { ...question, reader, judge, clock, deadlineMs })
      yield* walk.records()
      yield { done: doneOf(walk, judge) }
    })
  })
  app.get('/api/topics/:topic/tail', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'Read', 'Topic', topic)
    const question = questionIn((name) => context.req.query(name), clock.now())
    const judge = await judgeOf(context, { topic, question, turns }, services)
    const kafka = await client()
    const { partitions } = await topicNamed(kafka, topic)
    const wanted = partitions.filter(
      ({ partition }) => question.partition === undefined || partition === question.partition,
    )
    if (wanted.length === 0) {
      const { partition = 0 } = question
      throw consoleError('partition-unknown', { topic, partition, count: partitions.length })
    }
    const mayRead = () => rightsOf(context).shows('Read', 'Topic', topic)
    const beginnings = beginningsOf(kafka, topic, wanted)
    // Whoever has the answer misses nothing that is written from then on. What fails is told in it.
    await Promise.allSettled([beginnings])
    return streams.events(context, (events) =>
      tail({ client: kafka, topic, beginnings, judge, clock, mayRead }, events),
    )
  })
  app.post('/api/topics/:topic/records', async (context) => {
    const topic = context.req.param('topic')
    demand(context, 'Write', 'Topic', topic)
    const record = recordIn(await objectBody(context))
    const kafka = await client()
    const { partitions } = await topicNamed(kafka, topic)
    const { partition: wanted } = record
    if (wanted !== undefined && !partitions.some(({ partition }) => partition === wanted)) {
      const facts = { topic, partition: wanted, count: partitions.length }
      throw consoleError('partition-unknown', facts)
    }
    producer ??= kafka.producer({ deliveryTimeoutMs: produceTimeoutMs })
    const sent = await producer.send({ topic, ...record })
    const place = { partition: sent.partition, offset: `${sent.offset}` }
    describeChange(context, place)
    return context.json(place, 201)
  })
}

/** The last line of an answer. */
export function doneOf({ end }: Pick<Walk, 'end'>, judge: Pick<Judge, 'failed' | 'problem'>) {
  const { failed, problem } = judge
  return { ...end, ...(failed > 0 && { failed }), ...(problem !== undefined && { problem }) }
}

async function judgeOf(
  context: Context<ConsoleEnv>,
  { topic, question, turns }: { topic: string; question: Question; turns: Turns },
  { registry }: Services,
): Promise<Judge> {
  const { filter, text, characters } = question
  const condition = await conditionOf(filter, text)
  const schemas = registry && schemasFor(registry, askerOf(context))
  return new Judge({ topic, condition, schemas, characters, turns })
}

function lateAfter({ clock }: Services, ms: number) {
  const late = new AbortController()
  const timer = clock.after(ms, () => late.abort(consoleError('records-late', { ms })))
  return { signal: late.signal, [Symbol.dispose]: () => timer.cancel() }
}
