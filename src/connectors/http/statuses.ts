interface Range {
  readonly from: number
  readonly to: number
}

const largest = 599

/** `408,429,500-599`, a range without an end goes on to the last; undefined where it is something else. */
export function parseStatuses(text: string): readonly Range[] | undefined {
  const ranges: Range[] = []
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const match = /^\s*(\d{3})\s*(-\s*(\d{3})?)?\s*$/.exec(part)
    if (match === null) return undefined
    const from = Number(match[1])
    const to = match[2] === undefined ? from : Number(match[3] ?? largest)
    ranges.push({ from, to })
  }
  return ranges
}

export function isIn(ranges: readonly Range[], status: number): boolean {
  return ranges.some(({ from, to }) => status >= from && status <= to)
}
