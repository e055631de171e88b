/** The help, derived from the descriptions of the commands. */
import type { Command, Group, OptionTable } from './command.ts'

export function helpOfAll(summaries: Readonly<Record<string, { summary: string }>>): string {
  return [
    'leat brings readings from sensors to databases and data lakes: a durable Kafka broker and an',
    'MQTT broker in one process.',
    '',
    'Usage: leat COMMAND [OPTIONS]',
    '',
    ...table(Object.entries(summaries).map(([name, { summary }]) => [`  ${name}`, summary])),
    '',
    "'leat COMMAND --help' says more about a command. Exit codes: 0 done, 1 failed, 2 wrong usage.",
  ].join('\n')
}

export function helpOfGroup(name: string, summary: string, { actions }: Group): string {
  return [
    summary,
    '',
    `Usage: leat ${name} ACTION [OPTIONS]`,
    '',
    ...table(Object.entries(actions).map(([action, one]) => [`  ${action}`, one.summary])),
    '',
    `'leat ${name} ACTION --help' says more about an action.`,
  ].join('\n')
}

export function helpOfCommand(name: string, summary: string, command: Command): string {
  return [
    summary,
    ...(command.about === undefined ? [] : ['', command.about]),
    '',
    `Usage: leat ${name} ${[command.operands, '[OPTIONS]'].filter(Boolean).join(' ')}`,
    '',
    'Options:',
    ...table(optionRows(command.options)),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n')
}

function optionRows(options: OptionTable): [string, string][] {
  return Object.entries(options).map(([name, { short, value, about, example }]) => [
    `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    `${about} Example: ${example}`,
  ])
}

const columnLimit = 34

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(columnLimit, Math.max(...rows.map(([left]) => left.length)))
  return rows.flatMap(([left, right]) =>
    left.length > width
      ? [left, `${' '.repeat(width)}  ${right}`]
      : [`${left.padEnd(width)}  ${right}`],
  )
}
