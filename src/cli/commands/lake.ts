import { command, type Group, type OptionTable, oneOf, operandsOf } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { cliError } from '../errors.ts'
import { answerFormats, printAnswer } from '../lake/answers.ts'
import { DuckDb } from '../lake/duckdb.ts'
import { lakeFolders } from '../lake/lakes.ts'
import { type LakeTable, lakeTables, viewOf } from '../lake/tables.ts'
import { outputOption, printRows } from '../output.ts'

const lakeOption = {
  lake: {
    type: 'string',
    value: 'FOLDER',
    about: 'The lake; without it those that leat.yml names, or ./leat-lake.',
    example: '--lake /var/lake',
  },
  ...fileOption,
} as const satisfies OptionTable

const tables = command({
  options: { ...lakeOption, ...outputOption },
  about: 'A topic is a table.',
  examples: ['leat lake tables', 'leat lake tables --lake /var/lake -o json'],
  async run({ options, terminal }) {
    const rows = (await tablesOf(options, terminal.environment)).map(
      ({ name, endings, folder }) => ({
        table: name,
        files: [...endings.values()].reduce((sum, count) => sum + count, 0),
        formats: [...endings.keys()].map((ending) => ending.slice(1)).join(', '),
        folder,
      }),
    )
    await printRows({ options, terminal }, rows)
  },
})

const query = command({
  operands: 'SQL',
  options: {
    ...lakeOption,
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      about: 'How to print: table (the default), json or csv.',
      example: '-o csv',
    },
  },
  about:
    "A topic is a table, folders such as plant=north are columns. It is DuckDB that answers, in DuckDB's SQL;\n'npm install @duckdb/node-api' brings it.",
  examples: [
    'leat lake query "select device, avg(value) from readings group by device"',
    'leat lake query --lake /var/lake -o csv "select * from readings where day = 31"',
  ],
  async run({ options, operands, terminal }) {
    const [sql = ''] = operandsOf(operands, 'SQL')
    const format = oneOf('output', options.output, answerFormats, 'table')
    const found = await tablesOf(options, terminal.environment)
    using duckdb = await DuckDb.open(terminal.stopped)
    for (const table of found) await duckdb.run(viewOf(table))
    await printAnswer(await duckdb.ask(sql), format, terminal)
  },
})

export const lake: Group = {
  actions: {
    tables: { summary: 'Lists the tables of lakes on disk.', command: tables },
    query: { summary: 'Asks lakes on disk in SQL.', command: query },
  },
}

/** Throws where two lakes have a table of one name. */
async function tablesOf(
  options: { readonly lake?: string; readonly file?: readonly string[] },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LakeTable[]> {
  const found: LakeTable[] = []
  for (const folder of await lakeFolders(options, environment)) {
    for (const table of await lakeTables(folder)) {
      const other = found.find(({ name }) => name === table.name)
      if (other !== undefined) {
        throw cliError('usage', {
          problem: `The table '${table.name}' is in ${other.folder} and in ${table.folder}; choose with --lake.`,
        })
      }
      found.push(table)
    }
  }
  return found
}
