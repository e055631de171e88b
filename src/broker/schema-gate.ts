/**
 * Lets only those records into a topic whose keys or values begin with the id of a schema that is
 * registered for it ("schema ID validation" of Confluent Server). What is behind the id is not
 * looked at, and a null is always right. An id that was right once is remembered as such.
 */
import { LeatError } from '../base/errors.ts'
import { RecentlyUsed } from '../base/recently-used.ts'
import { schemaIdOf } from '../formats/confluent-frame.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import type { Record } from '../protocols/kafka/record-batch.ts'
import { brokerError } from './errors.ts'
import { Refusal } from './refusal.ts'
import type { SchemaIds, SchemaRules, Side, SubjectRule } from './schema-rules.ts'

const mostRemembered = 10_000
const sides: readonly Side[] = ['key', 'value']

interface Question {
  readonly id: number
  readonly rule: SubjectRule
  /** The records that have this id, by their places in the batch. */
  readonly records: number[]
}

/** What must be asked before a batch can be judged. */
export class OpenQuestions {
  readonly questions: ReadonlyMap<string, Question>

  constructor(questions: ReadonlyMap<string, Question>) {
    this.questions = questions
  }
}

/** The questions of a batch that were answered with yes. */
export type Confirmed = ReadonlySet<string>

export class SchemaGate {
  readonly #ids: SchemaIds | undefined
  readonly #right = new RecentlyUsed<string, true>(mostRemembered)

  constructor(ids: SchemaIds | undefined) {
    this.#ids = ids
  }

  /** Undefined where nothing is wrong. */
  judge(
    records: readonly Record[],
    topic: string,
    rules: SchemaRules,
    confirmed?: Confirmed,
  ): Refusal | OpenQuestions | undefined {
    const questions = new Map<string, Question>()
    for (const side of sides) {
      const strategy = rules[side]
      if (strategy === undefined) continue
      const rule = { topic, side, strategy }
      const bare: number[] = []
      let rightId: number | undefined
      for (const [index, { [side]: bytes }] of records.entries()) {
        if (bytes === null) continue
        const id = schemaIdOf(bytes)
        if (id === undefined) bare.push(index)
        // Neighbours mostly have the same schema.
        if (id === undefined || id === rightId) continue
        const question = `${side} ${id} ${strategy} ${topic}`
        if (confirmed?.has(question) || this.#right.get(question)) rightId = id
        else {
          const asked = questions.get(question)
          if (asked === undefined) questions.set(question, { id, rule, records: [index] })
          else asked.records.push(index)
        }
      }
      if (bare.length > 0) return refusal(rule, bare, `no schema's id is before the ${side}`)
    }
    return questions.size === 0 ? undefined : new OpenQuestions(questions)
  }

  /** Asks one by one, since one wrong id is enough to refuse the batch. */
  async ask({ questions }: OpenQuestions): Promise<Confirmed | Refusal> {
    try {
      for (const [question, { id, rule, records }] of questions) {
        if (!(await this.#isRegistered(id, rule))) {
          return refusal(rule, records, `schema ${id} is not registered for the ${rule.side}`)
        }
        this.#right.set(question, true)
      }
    } catch (error) {
      if (!(error instanceof LeatError)) throw error
      // Of the codes that clients repeat, this one says for certain that nothing was written.
      const code = error.retriable ? errorCode.NOT_ENOUGH_REPLICAS : errorCode.INVALID_RECORD
      return new Refusal(code, error.message)
    }
    return new Set(questions.keys())
  }

  async #isRegistered(id: number, rule: SubjectRule): Promise<boolean> {
    if (this.#ids === undefined) throw brokerError('no-schema-registry', rule)
    return await this.#ids.isRegistered(id, rule)
  }
}

function refusal({ topic, side, strategy }: SubjectRule, records: number[], why: string): Refusal {
  return new Refusal(
    errorCode.INVALID_RECORD,
    `Topic '${topic}' takes a ${side} only with the id of a schema that is registered for it (${strategy}): ${why} of ${records.length} records, the first at place ${records[0]}.`,
    records.map((batchIndex) => ({ batchIndex, batchIndexErrorMessage: why })),
  )
}
