import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { seededRandom } from '../base/random.ts'
import { onConnections } from './accept.ts'

for (const intoBuffer of [true, false]) {
  const way = intoBuffer ? 'into one buffer' : 'by events'

  test(`bytes arrive whole and in order when read ${way}, also after a pause`, async (t) => {
    const hash = createHash('sha256')
    let received = 0
    let paused = 0
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const ended = Promise.withResolvers<void>()
    const connected = (socket: Socket) => {
      socket.on('close', () => ended.resolve())
      return (piece: Buffer) => {
        hash.update(piece)
        received += piece.length
        if (received < (paused + 1) * 1_000_000) return
        paused += 1
        socket.pause()
        setImmediate(() => socket.resume())
      }
    }
    onConnections(server, connected, { intoBuffer })
    const sent = seededRandom(1).bytes(64 * 1024)
    const expected = createHash('sha256')
    const address = server.address()
    const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
    for (let round = 0; round < 100; round++) {
      expected.update(sent)
      if (!client.write(sent)) await once(client, 'drain')
    }
    client.end()
    await ended.promise
    assert.equal(received, 100 * sent.length)
    assert.ok(paused > 3)
    assert.equal(hash.digest('hex'), expected.digest('hex'))
  })

  test(`many connections at once do not mix their bytes when read ${way}`, async (t) => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    onConnections(server, (socket) => (piece) => void socket.write(Buffer.from(piece)), {
      intoBuffer,
    })
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const echoes = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const client = connect(port, '127.0.0.1')
        t.after(() => client.destroy())
        const text = `client ${index};`.repeat(2000)
        client.write(text)
        let echo = ''
        client.setEncoding('latin1').on('data', (piece) => {
          echo += piece
        })
        while (echo.length < text.length) await once(client, 'data')
        return echo === text
      }),
    )
    assert.ok(echoes.every(Boolean))
  })
}
