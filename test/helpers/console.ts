/** Questions to the API behind the console's page, as its scripts ask them. */
import type { Running } from '../../src/platform/start.ts'
import { type Asked, askDoor, type Told } from './doors.ts'
import { eventually } from './eventually.ts'
import type { Owner } from './folders.ts'

export interface ConsoleApi {
  readonly base: string
  ask(path: string, asked?: Asked): Promise<Told>
  /** The records of a topic, and the last line. */
  records(topic: string, query?: Record<string, string | number>, as?: string): Promise<Records>
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects is said where it looks.
type Line = any

interface Records {
  readonly records: readonly Line[]
  readonly done: Line
}

export function consoleApi({ console }: Pick<Running, 'console'>): ConsoleApi {
  const [address] = console
  const base = `http://${address?.host}:${address?.port}`
  const ask = (path: string, asked: Asked = {}) =>
    askDoor(`${base}${path}`, {
      ...asked,
      headers: { 'x-leat-console': '1', ...asked.headers },
    })
  return {
    ...{ base, ask },
    records: async (topic, query = {}, as) => {
      const search = new URLSearchParams(query as Record<string, string>)
      const path = `/api/topics/${encodeURIComponent(topic)}/records?${search}`
      const { status, text } = await ask(path, as === undefined ? {} : { as })
      if (status !== 200) throw new Error(`${status}: ${text}`)
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      return { records: lines.slice(0, -1), done: lines.at(-1).done }
    },
  }
}

export interface OpenEvents {
  readonly received: readonly { readonly event: string; readonly data: Line }[]
  /** Waits for the next one that fits. */
  until(what: string, fits: (event: string, data: Line) => boolean): Promise<Line>
  close(): void
  readonly ended: Promise<void>
}

/** Server-sent events, gathered until their owner ends. */
export async function openEvents(
  owner: Owner,
  url: string,
  headers: Record<string, string> = {},
): Promise<OpenEvents> {
  const closing = new AbortController()
  owner.after(() => closing.abort())
  const answer = await fetch(url, { headers, signal: closing.signal })
  if (!answer.ok || answer.body === null)
    throw new Error(`${answer.status}: ${await answer.text()}`)
  const received: { event: string; data: Line }[] = []
  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true })
      const whole = rest.split('\n\n')
      rest = whole.pop() ?? ''
      for (const block of whole) {
        const [, event = ''] = /^event: (.*)$/m.exec(block) ?? []
        const [, data = 'null'] = /^data: (.*)$/m.exec(block) ?? []
        if (event !== '') received.push({ event, data: JSON.parse(data) })
      }
    }
  }
  // Closing is how it ends.
  const ended = read(answer.body).catch(() => {})
  return {
    ...{ received, ended },
    close: () => closing.abort(),
    until: (what, fits) =>
      eventually(what, () => received.find(({ event, data }) => fits(event, data))?.data, 60_000),
  }
}
