/** One line of two texts beside each other. */
export interface Line {
  readonly mark: ' ' | '+' | '-'
  readonly text: string
}

/** So many pairs of lines are compared at most; beyond that all of one is gone and all of the other is new. */
const mostCompared = 4_000_000

/** The lines that are gone and new, by the longest common subsequence. */
export function difference(before: string, after: string): Line[] {
  const [old, young] = [before.split('\n'), after.split('\n')]
  if (old.length * young.length > mostCompared) return [...marked('-', old), ...marked('+', young)]
  const common = commonLengths(old, young)
  const lengthAt = (i: number, j: number) => common[i * (young.length + 1) + j] ?? 0
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < young.length) {
    const [gone, come] = [old[i], young[j]]
    if (gone !== undefined && gone === come) {
      lines.push({ mark: ' ', text: gone })
      i++
      j++
    } else if (
      gone !== undefined &&
      (come === undefined || lengthAt(i + 1, j) >= lengthAt(i, j + 1))
    ) {
      lines.push({ mark: '-', text: gone })
      i++
    } else {
      lines.push({ mark: '+', text: come ?? '' })
      j++
    }
  }
  return lines
}

/** How many lines two texts have in common behind line i of one and line j of the other. */
function commonLengths(old: readonly string[], young: readonly string[]): Uint32Array {
  const width = young.length + 1
  const lengths = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = young.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === young[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
    }
  }
  return lengths
}

function marked(mark: '+' | '-', lines: readonly string[]): Line[] {
  return lines.map((text) => ({ mark, text }))
}
