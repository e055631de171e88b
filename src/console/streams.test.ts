import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Context } from 'hono'
import { HttpDoors } from '../base/http-doors.ts'
import { silentLogger } from '../base/logger.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { guarded } from '../client/doors/index.ts'
import { Streams } from './streams.ts'

const minuteMs = 60_000

/** An answer that nobody reads but this test: a request that was let in stays open for it. */
async function letIn(
  owner: { after(action: () => Promise<void>): void },
  open: (context: Context) => Response,
) {
  const answered = Promise.withResolvers<{ answer: Response; outgoing: ServerResponse }>()
  const doors = await HttpDoors.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    answer: (_, certificateOf) =>
      guarded(
        (incoming: IncomingMessage, outgoing: ServerResponse) => {
          const answer = open({ env: { incoming, outgoing }, req: {} } as unknown as Context)
          answered.resolve({ answer, outgoing })
        },
        { certificateOf, form: () => ({ type: 'text/plain', body: '' }) },
      ),
  })
  owner.after(() => doors.close())
  const gone = fetch(`http://127.0.0.1:${doors.addresses[0]?.port}`).catch(() => {})
  owner.after(async () => void (await gone))
  return await answered.promise
}

test('a stream says something now and then, and ends after a quarter of an hour', async (t) => {
  const clock = new ManualClock()
  const streams = new Streams(clock, silentLogger)
  const ended = Promise.withResolvers<void>()
  const { answer, outgoing } = await letIn(t, (context) =>
    streams.events(context, async (events) => {
      events.send('first', { a: 1 })
      await new Promise((resolve) => events.signal.addEventListener('abort', resolve))
      ended.resolve()
    }),
  )
  for (let minute = 0; minute < 15; minute++) clock.advance(minuteMs)
  await ended.promise
  const text = await answer.text()
  assert.match(text, /^retry: 500\n\nevent: first\ndata: \{"a":1\}\n\n/)
  assert.ok(text.split(': \n\n').length > 10, text)
  outgoing.destroy()
})

test('who reads too slowly is left out, and takes no memory', async (t) => {
  const sent: boolean[] = []
  const streams = new Streams(new ManualClock(), silentLogger)
  const { answer, outgoing } = await letIn(t, (context) =>
    streams.events(context, async (events) => {
      for (let time = 0; time < 100; time++) sent.push(events.send('large', 'x'.repeat(100_000)))
    }),
  )
  assert.ok(sent.indexOf(false) > 0 && sent.indexOf(false) < 10)
  assert.ok(sent.slice(10).every((isSent) => !isSent))
  assert.ok((await answer.arrayBuffer()).byteLength < 1_000_000)
  outgoing.destroy()
})

test('what fails in the middle is said where the rest would be, and why in the log alone', async (t) => {
  const logged: unknown[] = []
  const logger = { ...silentLogger, error: (_: string, facts?: unknown) => void logged.push(facts) }
  const streams = new Streams(new ManualClock(), logger)
  const { answer, outgoing } = await letIn(t, (context) =>
    streams.lines(context, async function* () {
      yield { offset: '1' }
      throw new Error('a secret')
    }),
  )
  const [first = '', last = ''] = (await answer.text()).trimEnd().split('\n')
  assert.deepEqual(JSON.parse(first), { offset: '1' })
  assert.equal(JSON.parse(last).error.code, 'failed')
  assert.doesNotMatch(last, /secret/)
  assert.match(JSON.stringify(logged), /a secret/)
  outgoing.destroy()
})
