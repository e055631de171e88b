const mostAhead = 16
const mostBytesAhead = 16 * 1024 * 1024

interface UnderWay<Fetched> {
  readonly bytes: number
  readonly fetched: Promise<Fetched>
}

/** Fetches a few at once, within a bound of bytes, and gives them in order. One is always fetched, however large. */
export async function* fetchedAhead<Item extends { readonly size: number }, Fetched>(
  items: AsyncIterable<Item>,
  fetch: (item: Item) => Promise<Fetched>,
): AsyncGenerator<Fetched> {
  const underWay: UnderWay<Fetched>[] = []
  let bytes = 0
  for await (const item of items) {
    while (underWay.length >= mostAhead || bytes + item.size > mostBytesAhead) {
      const first = underWay.shift()
      if (first === undefined) break
      bytes -= first.bytes
      yield await first.fetched
    }
    const fetched = fetch(item)
    // A failure is told when its turn has come.
    fetched.catch(() => {})
    underWay.push({ bytes: item.size, fetched })
    bytes += item.size
  }
  for (const { fetched } of underWay) yield await fetched
}
