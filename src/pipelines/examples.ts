import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../base/lossless-json.ts'
import { jsonOf } from '../formats/json-of.ts'
import type { PipelineEvent } from './event.ts'
import { openFlow } from './flow.ts'
import { formulaParser } from './formula-parser.ts'
import type { PipelineExample, PipelineSpec } from './spec.ts'

export interface ExampleResult {
  readonly name: string
  /** Nothing where all came out as expected. */
  readonly difference: { readonly expected: string; readonly found: string } | undefined
}

type ExampleRecord = PipelineExample['given'][number]

/** What comes out of a pipeline, as an example says it. */
interface Outcome {
  topic?: string
  key?: unknown
  value: unknown
}

/** Runs the examples that stand beside a pipeline: no broker, no clock but the records' own. */
export function runExamples(spec: PipelineSpec): ExampleResult[] {
  return spec.tests.map((example) => {
    const found = outcomesOf(spec, example.given)
    const expected = example.expect.map((one) => expectedOutcome(one))
    const seen = found.map((outcome, index) => sameFacts(outcome, expected[index]))
    const isRight = isDeepStrictEqual(seen, expected) && found.length === expected.length
    return {
      name: example.name,
      difference: isRight ? undefined : { expected: lines(expected), found: lines(seen) },
    }
  })
}

function outcomesOf(spec: PipelineSpec, given: readonly ExampleRecord[]): Outcome[] {
  const outcomes: Outcome[] = []
  const fail = (error: unknown) => {
    const says = error instanceof Error ? error.message : String(error)
    outcomes.push({ topic: 'errors', value: says })
  }
  const flow = openFlow(spec, {
    expression: formulaParser(),
    emit: ({ topic }, { key, value }) =>
      outcomes.push({ topic, key: plain(key), value: plain(value) }),
    failed: (_, error) => fail(error),
    late: () => {},
  })
  for (const [index, record] of given.entries()) {
    try {
      flow.handle(eventOf(record, spec.from[0] ?? '', index))
    } catch (error) {
      fail(error)
    }
  }
  return outcomes
}

function eventOf(
  { topic, key, value, timestamp }: ExampleRecord,
  from: string,
  index: number,
): PipelineEvent {
  const time =
    typeof timestamp === 'string' && !/^\d+$/.test(timestamp)
      ? Date.parse(timestamp)
      : Number(timestamp ?? 0)
  return {
    topic: topic ?? from,
    partition: 0,
    offset: BigInt(index),
    timestampMs: time,
    key: key ?? null,
    value: value ?? null,
    headers: [],
    keyBytes: undefined,
    valueBytes: undefined,
  }
}

function expectedOutcome({ topic, key, value }: ExampleRecord): Outcome {
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(key === undefined ? {} : { key: plain(key) }),
    value: plain(value),
  }
}

/** Only what the example speaks of is compared. */
function sameFacts(found: Outcome, expected: Outcome | undefined): Outcome {
  if (expected === undefined) return found
  const { topic, key, value } = found
  return {
    ...('topic' in expected ? { topic } : {}),
    ...('key' in expected ? { key } : {}),
    value,
  } as Outcome
}

/** As it would be written. */
function plain(value: unknown): unknown {
  return value === undefined ? null : parseJson(jsonOf(value))
}

function lines(outcomes: readonly Outcome[]): string {
  return outcomes.map((outcome) => jsonOf(outcome)).join('\n')
}
