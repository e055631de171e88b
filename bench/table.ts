export interface Row {
  readonly what: string
  readonly unit: string
  readonly leat: number
  /** The figure of the peer. */
  readonly peer: number
  /** Whether a larger figure is the better one. */
  readonly moreIsBetter: boolean
  /** What the ratio (leat / peer) should reach: at least, where more is better, else at most. */
  readonly goal?: number
}

/** The rows as a Markdown table of ratios. */
export function table(rows: readonly Row[], peer = 'Apache Kafka'): string {
  const lines = rows.map((row) => {
    const ratio = row.leat / row.peer
    const reached =
      row.goal === undefined
        ? ''
        : (row.moreIsBetter ? ratio >= row.goal : ratio <= row.goal)
          ? `✓ ${row.moreIsBetter ? '≥' : '≤'} ${short(row.goal)}`
          : `✗ ${row.moreIsBetter ? '≥' : '≤'} ${short(row.goal)}`
    return `| ${row.what} | ${row.unit} | ${short(row.leat)} | ${short(row.peer)} | ${Number.isFinite(ratio) ? ratio.toFixed(2) : '—'} | ${reached} |`
  })
  return [
    `| what | unit | leat | ${peer} | ratio | goal |`,
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

function short(figure: number): string {
  if (figure >= 1000) return Math.round(figure).toLocaleString('en')
  return figure >= 10 ? figure.toFixed(1) : figure.toPrecision(3)
}
