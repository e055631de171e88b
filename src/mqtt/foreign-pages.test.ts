/** Pages in browsers, which say by `Origin` where they are from. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import type { WayIn } from './entry.ts'
import { openDoor } from './testing/doors.ts'

const foreign = ['https://evil.example', 'http://evil.example:1883', 'null', 'file://', 'x']
const own = ['http://localhost:8080', 'http://127.0.0.1', 'http://plant-pc', 'http://pc.local']

test('a page of another site does not come in where nobody has to log in; ours and programs do', async (t) => {
  const { port, log } = await doorFor(t, undefined)
  for (const origin of foreign) assert.equal(await answerTo(port, origin), 403, origin)
  for (const origin of [...own, 'https://dash.example', undefined]) {
    assert.equal(await answerTo(port, origin), 101, origin)
  }
  const said = log.filter((line) => line.startsWith('Refusing a page'))
  assert.match(said[0] ?? '', /evil\.example.*allowedHosts/)
})

test('a page brings along the certificate of its browser, but no password that it does not know', async (t) => {
  const evil = 'https://evil.example'
  for (const auth of [['certificate'], ['password', 'anonymous']] as const) {
    assert.equal(await answerTo((await doorFor(t, auth)).port, evil), 403, auth.join())
  }
  assert.equal(await answerTo((await doorFor(t, ['password', 'token'])).port, evil), 101)
})

async function doorFor(t: TestContext, auth: readonly WayIn[] | undefined) {
  const listener = { host: '127.0.0.1', port: 0, allowedHosts: ['dash.example'] }
  return await openDoor(t, { listeners: [{ ...listener, ...(auth && { auth }) }] })
}

/** The status of HTTP; 101 is a WebSocket. */
async function answerTo(port: number, origin: string | undefined): Promise<number | undefined> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${port}`,
    'mqtt',
    origin === undefined ? {} : { origin },
  )
  try {
    return await new Promise((resolve, reject) => {
      socket.on('upgrade', ({ statusCode }) => resolve(statusCode))
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode))
      socket.on('error', reject)
    })
  } finally {
    socket.on('error', () => {})
    socket.terminate()
  }
}
