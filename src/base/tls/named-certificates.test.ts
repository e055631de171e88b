import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { isError } from '../errors.ts'
import { silentLogger } from '../logger.ts'
import { checkServerTls, serverTls } from './server.ts'
import { tlsServerSetting } from './settings.ts'
import { TestAuthority } from './testing/test-authority.ts'

const authority = new TestAuthority()

test('a client sees the certificate of the name that it asks for, and the first where there is none', async (t) => {
  const certificates = [
    authority.server('plant.example', '*.plant.example'),
    authority.server('b.example'),
  ]
  const port = await openServer(t, { ...authority.server('a.example'), certificates })
  assert.equal(await shownTo(port, 'a.example'), 'DNS:a.example')
  assert.equal(await shownTo(port, 'b.example'), 'DNS:b.example')
  const plant = 'DNS:plant.example, DNS:*.plant.example'
  assert.equal(await shownTo(port, 'plant.example'), plant)
  assert.equal(await shownTo(port, 'pump.plant.example'), plant)
  for (const other of ['a.pump.plant.example', 'elsewhere.example', '']) {
    assert.equal(await shownTo(port, other), 'DNS:a.example', other)
  }
})

test('whose certificates of clients are believed is the same under every name', async (t) => {
  const tls = { ca: authority.ca, clientAuth: 'required' }
  const certificates = [authority.server('b.example')]
  const port = await openServer(t, { ...authority.server('a.example'), certificates, ...tls })
  const stranger = new TestAuthority().client('CN=alice')
  for (const name of ['a.example', 'b.example']) {
    assert.equal(await greeting(port, name, authority.client('CN=alice')), 'hello', name)
    assert.notEqual(await greeting(port, name, stranger), 'hello', name)
    assert.notEqual(await greeting(port, name, {}), 'hello', name)
  }
})

test('the files of every certificate are followed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-names-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'b.pem')
  const write = (...names: string[]) => {
    const { cert, key } = authority.server(...names)
    writeFileSync(file, `${key}${cert}`)
  }
  write('b.example')
  const certificates = [{ cert: file }]
  const port = await openServer(t, { ...authority.server('a.example'), certificates })
  assert.equal(await shownTo(port, 'b.example'), 'DNS:b.example')
  write('b.example', 'c.example')
  const end = Date.now() + 60_000
  while ((await shownTo(port, 'c.example')) !== 'DNS:b.example, DNS:c.example') {
    assert.ok(Date.now() < end, 'the new certificate is not shown')
  }
})

test('what is wrong with one of several is said before a start', async () => {
  const own = authority.server('a.example')
  const settings = (certificates: object[]) => settingsOf({ ...own, certificates })
  const strangersKey = { ...authority.server('b.example'), key: own.key }
  const refused = (one: object, code: string) =>
    assert.rejects(checkServerTls(settings([one]), Date.now()), (error) => isError(error, code))
  await refused(strangersKey, 'key-mismatch')
  await refused({ key: own.key }, 'server-key-missing')
  await refused({ keystore: '/nowhere.p12' }, 'key-file-unreadable')
  const warnings = await checkServerTls(settings([authority.server('b.example')]), Date.now())
  assert.equal(warnings.filter((one) => one.includes('renew it in time')).length, 2)
})

function settingsOf(given: object) {
  return tlsServerSetting.read(given, [], ({ says }) => assert.fail(says))
}

async function openServer(t: TestContext, given: object): Promise<number> {
  const tls = await serverTls({ settings: settingsOf(given), logger: silentLogger })
  const server = createServer(tls.options, (socket) => {
    socket.on('error', () => {})
    if (!socket.destroyed) socket.end('hello')
  })
  tls.guard(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    await tls.close()
  })
  return (server.address() as AddressInfo).port
}

async function shownTo(port: number, servername: string): Promise<string | undefined> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const names = socket.getPeerX509Certificate()?.subjectAltName
  socket.destroy()
  return names
}

async function greeting(port: number, servername: string, own: object): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...own })
  let heard = ''
  socket.on('data', (piece) => {
    heard += piece
  })
  socket.on('error', () => {}) // Whoever is refused hears nothing, which is what is looked at.
  await new Promise((closed) => socket.on('close', closed))
  return heard
}
