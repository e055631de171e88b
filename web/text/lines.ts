/** So long may one line be; more is no answer of ours. */
const mostInALine = 64 * 1024 * 1024

/** The lines of a body as they come; the last one needs no end. Throws where a line has none for too long. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > mostInALine) throw new Error('A line of the answer does not end.')
      yield* lines.filter((line) => line !== '')
    }
    if (rest !== '') yield rest
  } finally {
    await reader.cancel()
  }
}
