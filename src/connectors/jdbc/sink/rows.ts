import { BadRecordError, type SinkRecord } from '../../../connect/kit/index.ts'
import type { Write } from '../dialects/dialect.ts'
import type { Session, Statement } from '../session.ts'
import type { Run } from './runs.ts'
import type { SinkSettings } from './settings.ts'
import { stepsOf } from './steps.ts'
import type { RecordText, TablePlan } from './table-plans.ts'

/** Writes a run. While the database works on a statement, the next one is made. */
export async function writeRun(
  run: Run,
  { writes, keys, columns }: TablePlan,
  session: Session,
  { insertMode, batchSize }: Pick<SinkSettings, 'insertMode' | 'batchSize'>,
): Promise<void> {
  const keyOf = (record: SinkRecord) => keys.map((text) => text(record)).join('\n')
  let running: Promise<unknown> = Promise.resolve()
  try {
    for (const { kind, records } of stepsOf(run.records, insertMode, keyOf)) {
      const texts = kind === 'delete' ? keys : columns
      const mostRows = Math.max(1, Math.min(batchSize, writes[kind].mostRows))
      for (let from = 0; from < records.length; from += mostRows) {
        const rows = records.slice(from, from + mostRows)
        for (const statement of statementsFor(rows, texts, writes[kind], session)) {
          await running
          running = session.run(statement)
        }
      }
    }
  } finally {
    await running
  }
}

/** One statement for these rows; more where the database would not take so long a one. */
function* statementsFor(
  records: readonly SinkRecord[],
  texts: readonly RecordText[],
  write: Write,
  session: Session,
): Generator<Statement> {
  const columns = texts.map((text) => records.map(text))
  const stack: [from: number, to: number][] = [[0, records.length]]
  for (let range = stack.pop(); range !== undefined; range = stack.pop()) {
    const [from, to] = range
    const statement = write.statement(columns, from, to)
    const bytes = bytesOf(statement)
    if (bytes <= session.mostStatementBytes) yield statement
    else if (to - from === 1) {
      throw new BadRecordError(
        `The row takes ${bytes} bytes, and the database takes ${session.mostStatementBytes} in a statement (max_allowed_packet).`,
      )
    } else {
      const middle = (from + to) >> 1
      stack.push([middle, to], [from, middle])
    }
  }
}

function bytesOf({ sql, values = [] }: Statement): number {
  return values.reduce((sum, value) => sum + Buffer.byteLength(value ?? ''), Buffer.byteLength(sql))
}
