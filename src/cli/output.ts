/** How lists and single things are printed: a table for people, JSON for programs. */
import { type Input, type OptionTable, oneOf } from './command.ts'
import { printLine } from './terminal.ts'

export const outputOption = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    about: 'How to print: text (the default) or json.',
    example: '-o json',
  },
} as const satisfies OptionTable

type Row = Readonly<Record<string, unknown>>

export function wantsJson(options: { readonly output?: string }): boolean {
  return oneOf('output', options.output, ['text', 'json'], 'text') === 'json'
}

/** Rows with the same columns, in the order of the first row; `headingOf` says what stands above them. */
export async function printRows(
  { options, terminal }: Pick<Input<typeof outputOption>, 'options' | 'terminal'>,
  rows: readonly Row[],
  headingOf = heading,
): Promise<void> {
  if (wantsJson(options)) {
    await printLine(terminal.stdout, toJson(rows))
    return
  }
  const columns = Object.keys(rows[0] ?? {})
  const cells = [columns.map(headingOf), ...rows.map((row) => texts(row, columns))]
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)))
  for (const line of rows.length === 0 ? [] : cells) {
    const padded = line.map((cell, at) => cell.padEnd(widths[at] ?? 0))
    await printLine(terminal.stdout, padded.join('  ').trimEnd())
  }
}

/** An int64 is a number in our JSON: those of JavaScript and jq are exact up to 2^53. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one))
}

/** `unfinishedBytes` is headed UNFINISHED BYTES. */
function heading(name: string): string {
  return name.replace(/[A-Z]/g, ' $&').toUpperCase()
}

function texts(row: Row, columns: readonly string[]): string[] {
  return columns.map((name) => {
    const value = row[name]
    if (value === undefined || value === null) return '-'
    return typeof value === 'object' ? toJson(value) : String(value)
  })
}
