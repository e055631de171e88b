import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createServer as createSecureServer } from 'node:tls'
import { Authority, type Certificate } from '../../../test/helpers/certificates.ts'
import { systemClock } from '../../base/clock.ts'
import { openSocket } from './open-socket.ts'

test('a certificate that has ended, or has not begun, is told from one of strangers', async (t) => {
  const authority = await Authority.open(t)
  const [day, now] = [24 * 60 * 60 * 1000, Date.now()]
  const at = (days: number) => new Date(now + days * day)
  const old = await authority.signFor('old', at(-3), at(-1))
  const early = await authority.signFor('early', at(1), at(3))
  const ca = readFileSync(authority.certificate)
  await assert.rejects(open(await secure(t, old), ca), {
    code: 'tls-refused',
    message: /has expired; renew it there/,
  })
  await assert.rejects(open(await secure(t, early), ca), {
    code: 'tls-refused',
    message: /not valid yet; compare the clocks/,
  })
})

test('a server that is silent does not keep a client waiting beyond its time', async (t) => {
  const port = await listening(t, createServer())
  await assert.rejects(open(port, Buffer.alloc(0), 50), {
    code: 'broker-unreachable',
    message: /no TLS within 50 ms/,
  })
})

test('a name that nobody knows is told', async () => {
  const address = { host: 'broker.invalid', port: 9092 }
  const { signal } = new AbortController()
  const options = { address, clock: systemClock, withinMs: 10_000, signal, receive }
  await assert.rejects(openSocket(options), {
    code: 'broker-unreachable',
    message: /ENOTFOUND|EAI/,
  })
})

async function secure(t: TestContext, { certificate, key }: Certificate): Promise<number> {
  const server = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) })
  return await listening(t, server)
}

async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as { port: number }).port
}

async function open(port: number, ca: Buffer, withinMs = 10_000): Promise<void> {
  const { signal } = new AbortController()
  const address = { host: '127.0.0.1', port }
  const socket = await openSocket({
    address,
    clock: systemClock,
    withinMs,
    tls: { ca },
    signal,
    receive,
  })
  socket.destroy()
}

const receive = () => {}
