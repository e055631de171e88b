/** What DuckDB answers, as a table for people, or as JSON or CSV for programs. */
import { printRows } from '../output.ts'
import { type Output, printLine, type Terminal } from '../terminal.ts'
import type { Json, Result } from './duckdb.ts'

export const answerFormats = ['table', 'json', 'csv'] as const
export type AnswerFormat = (typeof answerFormats)[number]

/** A table is held in memory, to know how wide its columns are; the other formats are not. */
const mostTableRows = 10_000

export async function printAnswer(result: Result, format: AnswerFormat, terminal: Terminal) {
  const names = result.deduplicatedColumnNames()
  switch (format) {
    case 'table':
      return await printTable(names, result, terminal)
    case 'json':
      return await printJson(names, result, terminal.stdout)
    case 'csv':
      return await printCsv(names, result, terminal.stdout)
  }
}

async function printTable(names: readonly string[], result: Result, terminal: Terminal) {
  const rows: Record<string, Json>[] = []
  for await (const some of result.yieldRowsJson()) {
    for (const row of some.slice(0, mostTableRows - rows.length)) rows.push(named(names, row))
    if (rows.length >= mostTableRows) break
  }
  await printRows({ options: {}, terminal }, rows, (name) => name)
  if (rows.length < mostTableRows) return
  await printLine(
    terminal.stderr,
    `These are the first ${mostTableRows} rows; all of them are in -o csv and -o json.`,
  )
}

/** A list with a row a line. */
async function printJson(names: readonly string[], result: Result, output: Output) {
  const isNumber = result
    .columnTypes()
    .map((type) => /^(U?BIGINT|U?HUGEINT|DECIMAL)/.test(`${type}`))
  let before = '['
  for await (const some of result.yieldRowsJson()) {
    for (const row of some) {
      const values = row.map((value, at) =>
        isNumber[at] && value !== null ? Number(value) : value,
      )
      await printLine(output, `${before}${JSON.stringify(named(names, values))}`)
      before = ','
    }
  }
  await printLine(output, before === '[' ? '[]' : ']')
}

/** As RFC 4180 has it. */
async function printCsv(names: readonly string[], result: Result, output: Output) {
  await printLine(output, names.map(cell).join(','))
  for await (const some of result.yieldRowsJson()) {
    for (const row of some) await printLine(output, row.map(cell).join(','))
  }
}

function cell(value: Json): string {
  if (value === null) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text
}

function named(names: readonly string[], row: readonly Json[]): Record<string, Json> {
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))
}
