import type { Plan } from '../../platform/index.ts'

/** What will happen, as lines for people. */
export function planLines(plan: Plan): string[] {
  const { topics, groups, rules, quotas, users, leftOut, collisions } = plan
  const rows = topics.map(({ name, partitions, offsets, bytes, configs, state }) => {
    const set = [...configs].map(([key, value]) => `${key}=${value}`).join(' ')
    return [name, `${partitions}`, `${offsets}`, megabytes(bytes), state, set]
  })
  const positions = groups.reduce((sum, one) => sum + one.positions, 0)
  return [
    ...table([['TOPIC', 'PARTITIONS', 'OFFSETS', 'SIZE', 'STATE', 'CONFIGURATION'], ...rows]),
    '',
    `${groups.length} groups with ${positions} positions, ${rules} ACLs, ${quotas} quotas, ${users.length} users.`,
    ...section(
      'Not carried:',
      leftOut.map(({ what, why }) => `${what}: ${why}`),
    ),
    ...section('In the way:', collisions),
  ]
}

/** Columns as wide as what stands in them. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

export function megabytes(bytes: bigint | number): string {
  return `${(Number(bytes) / 1e6).toFixed(1)} MB`
}
