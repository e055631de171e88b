/** TLS on both sides: who is let in, what is logged of those who are not, and keys that change. */
import assert from 'node:assert/strict'
import { copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { systemClock } from '../../src/base/clock.ts'
import { listen } from '../../src/base/listen.ts'
import { type Logger, silentLogger } from '../../src/base/logger.ts'
import type { Setting } from '../../src/base/settings.ts'
import { ManualClock } from '../../src/base/testing/manual-clock.ts'
import { clientTls } from '../../src/base/tls/client.ts'
import { clientName, serverTls } from '../../src/base/tls/server.ts'
import { tlsClientSetting, tlsServerSetting } from '../../src/base/tls/settings.ts'
import { pollMs } from '../../src/base/tls/watched-material.ts'
import { Authority, type Certificate } from '../helpers/certificates.ts'
import { eventually } from '../helpers/eventually.ts'
import { withoutPeer } from '../helpers/peers.ts'

const byOpenssl = { skip: withoutPeer('openssl') }
const day = 24 * 60 * 60 * 1000

test('a client with a good certificate is let in and known by its name', byOpenssl, async (t) => {
  const { authority, listener } = await laboratory(t, { clientAuth: 'required' })
  const client = await authority.sign('alice')
  assert.equal(await visit(t, listener.port, authority, client), 'CN=alice')
})

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  test(
    `a client that resumes its session is known by its name, until it is revoked (${version})`,
    byOpenssl,
    async (t) => {
      const authority = await Authority.open(t)
      const client = await authority.sign('alice')
      const crl = await authority.revoke()
      const settings = { clientAuth: 'required', crl, protocols: [version] }
      const { listener, log } = await laboratory(t, settings, authority)
      const files = { cert: client.certificate, key: client.key, ca: authority.certificate }
      const first = await call(await dial(t, listener.port, files))
      assert.deepEqual(first.told, 'CN=alice')
      const second = await call(await dial(t, listener.port, files, first.session))
      assert.deepEqual([second.told, second.isResumed], ['CN=alice', true])
      await authority.revoke(client)
      await eventually('the list', () => log.infos.length > 0)
      const third = await call(await dial(t, listener.port, files, second.session))
      assert.equal(third.told, undefined)
      assert.match(log.lines.join(), /is revoked/)
    },
  )
}

const refused: Readonly<Record<string, RegExp>> = {
  'no certificate': /shows no certificate/,
  'a certificate of a foreign authority': /no authority that this listener trusts/,
  'an expired certificate': /has expired/,
  'a certificate of tomorrow': /not valid yet/,
  'a revoked certificate': /is revoked/,
}

for (const clientAuth of ['required', 'requested']) {
  test(
    `a client is refused with a line that says why (clientAuth: ${clientAuth})`,
    byOpenssl,
    async (t) => {
      const authority = await Authority.open(t)
      const now = Date.now()
      const revoked = await authority.sign('revoked')
      const clients: Record<string, Certificate | undefined> = {
        'no certificate': undefined,
        'a certificate of a foreign authority': await (await Authority.open(t)).sign('mallory'),
        'an expired certificate': await authority.signFor(
          'late',
          new Date(now - 9 * day),
          new Date(now - day),
        ),
        'a certificate of tomorrow': await authority.signFor(
          'early',
          new Date(now + day),
          new Date(now + 9 * day),
        ),
        'a revoked certificate': revoked,
      }
      const settings = { clientAuth, crl: await authority.revoke(revoked) }
      const { listener, log } = await laboratory(t, settings, authority)
      for (const [kind, client] of Object.entries(clients)) {
        const name = await visit(t, listener.port, authority, client)
        if (client === undefined && clientAuth === 'requested') {
          assert.equal(name, 'nobody')
          continue
        }
        assert.equal(name, undefined, kind)
        const line = await eventually(kind, () => log.lines.shift())
        assert.match(line, refused[kind] ?? /^$/)
        assert.match(line, /"client":"127\.0\.0\.1:\d+"/)
        assert.equal(log.lines.length, 0, kind)
      }
    },
  )
}

test('what is not TLS, and who says nothing, is let go with a line each', byOpenssl, async (t) => {
  for (const [sent, settings, why] of [
    [Buffer.from('0000002300120003000000010000', 'hex'), {}, /what it sends is not TLS/],
    [Buffer.from('GET / HTTP/1.1\r\n\r\n'), {}, /HTTP without TLS/],
    [undefined, { handshakeMs: 100 }, /took longer than it may/],
  ] as const) {
    const { listener, log } = await laboratory(t, settings)
    await new Promise<void>((resolve) => {
      const socket = connectPlain(listener.port, '127.0.0.1', () => sent && socket.write(sent))
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.resume()
    })
    assert.match(await eventually('a line', () => log.lines.shift()), why)
  }
})

test('versions and ciphers are those of the settings', byOpenssl, async (t) => {
  const settings = { protocols: ['TLSv1.2'], ciphers: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' }
  const { authority, listener, log } = await laboratory(t, settings)
  const socket = await dial(t, listener.port, { ca: authority.certificate })
  await new Promise((resolve) => socket.on('secureConnect', resolve))
  assert.equal(socket.getProtocol(), 'TLSv1.2')
  assert.equal(socket.getCipher().name, 'ECDHE-ECDSA-AES256-GCM-SHA384')
  const newest = await dial(t, listener.port, { protocols: ['TLSv1.3'], ca: authority.certificate })
  newest.on('error', () => {})
  assert.match(await eventually('a line', () => log.lines.shift()), /other versions of TLS/)
})

test(
  'a client refuses a server of another authority, or with another name, unless it is told to',
  byOpenssl,
  async (t) => {
    const { authority, listener } = await laboratory(t, {})
    const foreign = await Authority.open(t)
    const ca = authority.certificate
    const verdicts: [object, RegExp][] = [
      [{ ca }, /^authorized$/],
      [{ ca, serverName: 'localhost' }, /^authorized$/],
      [{ ca, serverName: 'other.example' }, /ERR_TLS_CERT_ALTNAME_INVALID/],
      [{ ca, serverName: 'other.example', verifyName: false }, /^authorized$/],
      [{ ca: foreign.certificate }, /SELF_SIGNED_CERT_IN_CHAIN/],
      [{ verify: false }, /^let in$/],
    ]
    for (const [settings, verdict] of verdicts) {
      const socket = await dial(t, listener.port, settings)
      const told = await new Promise<string>((resolve) => {
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
        socket.on('secureConnect', () => resolve(socket.authorized ? 'authorized' : 'let in'))
      })
      assert.match(told, verdict, JSON.stringify(settings))
    }
  },
)

for (const how of ['a watch', 'a look every now and then']) {
  test(
    `keys that change are taken up by ${how}, and broken ones leave the former`,
    byOpenssl,
    async (t) => {
      const clock = how === 'a watch' ? systemClock : new ManualClock(Date.now())
      const look = () => (clock instanceof ManualClock ? clock.advance(pollMs) : undefined)
      const authority = await Authority.open(t)
      // Before anybody looks: of files that are replaced during a look, it may see the first alone.
      const next = await authority.sign('renewed', 'IP:127.0.0.1')
      const { listener, log, paths } = await laboratory(t, {}, authority, clock)
      assert.equal(await serverSeen(t, listener.port, authority), 'CN=server')
      replace(next.key, paths.key)
      replace(next.certificate, paths.certificate)
      await eventually('the new key', async () => {
        look()
        return (await serverSeen(t, listener.port, authority)) === 'CN=renewed'
      })
      writeFileSync(paths.certificate, 'rubbish')
      const line = await eventually('a line', () => {
        look()
        return log.lines.find((one) => one.includes('cannot be used'))
      })
      assert.match(line, /is no PEM, PKCS12 or JKS file/)
      assert.equal(await serverSeen(t, listener.port, authority), 'CN=renewed')
      replace(next.certificate, paths.certificate)
    },
  )
}

test(
  'a certificate that is expired, or soon will be, is spoken of at the start',
  byOpenssl,
  async (t) => {
    const now = Date.now()
    for (const [from, to, said] of [
      [-9, -1, /CN=server expired at/],
      [1, 9, /CN=server is not valid before/],
      [-9, 9, /CN=server expires at/],
    ] as const) {
      const authority = await Authority.open(t)
      const own = await authority.signFor(
        'server',
        new Date(now + from * day),
        new Date(now + to * day),
      )
      const { warnings } = await laboratory(t, {}, authority, systemClock, own)
      assert.ok(
        warnings.some((line) => said.test(line)),
        warnings.join('\n'),
      )
    }
  },
)

test('a door without a key, or without anybody to trust, does not open', byOpenssl, async (t) => {
  const authority = await Authority.open(t)
  const { certificate: cert, key } = await authority.sign('server', 'IP:127.0.0.1')
  const open = (given: object) =>
    serverTls({ settings: read(tlsServerSetting, given), logger: new Lines() })
  await assert.rejects(open({}), /'tls' names no key; write keystore:/)
  await assert.rejects(open({ cert, key, clientAuth: 'required' }), /name them by truststore or ca/)
  await assert.rejects(open({ cert: '/nowhere.crt', key }), /\/nowhere\.crt cannot be read/)
  await assert.rejects(open({ cert, key, ciphers: 'NONSENSE' }), /OpenSSL refuses these settings/)
})

interface Place {
  readonly authority: Authority
  readonly listener: { readonly port: number }
  readonly log: Lines
  /** What was logged at the start. */
  readonly warnings: readonly string[]
  readonly paths: Certificate
}

/** A listener that tells each client by which name it knows it. */
async function laboratory(
  t: TestContext,
  given: object,
  authority?: Authority,
  clock = systemClock,
  own?: Certificate,
): Promise<Place> {
  const signer = authority ?? (await Authority.open(t))
  const paths = own ?? (await signer.sign('server', 'IP:127.0.0.1', 'DNS:localhost'))
  const log = new Lines()
  const files = { cert: paths.certificate, key: paths.key, ca: signer.certificate }
  const settings = read(tlsServerSetting, { ...files, ...given })
  const tls = await serverTls({ settings, logger: log, clock })
  const server = createServer(tls.options)
  tls.guard(server)
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {})
    if (!socket.destroyed) socket.end(clientName(socket) ?? 'nobody')
  })
  t.after(async () => {
    await tls.close()
    server.close()
  })
  const warnings = log.lines.splice(0)
  const listener = { port: await listen(server, '127.0.0.1', 0) }
  return { authority: signer, listener, log, warnings, paths }
}

/** The name by which the listener knows a client; undefined where it refuses it. */
async function visit(
  t: TestContext,
  port: number,
  authority: Authority,
  client?: Certificate,
): Promise<string | undefined> {
  const files = client === undefined ? {} : { cert: client.certificate, key: client.key }
  const { told } = await call(await dial(t, port, { ca: authority.certificate, ...files }))
  return told
}

interface Call {
  readonly told: string | undefined
  readonly isResumed: boolean
  readonly session: Buffer | undefined
}

/** What the listener tells before it hangs up. */
async function call(socket: TLSSocket): Promise<Call> {
  return await new Promise((resolve) => {
    let told: string | undefined
    let session: Buffer | undefined
    let isResumed = false
    socket.on('session', (newest) => {
      session = newest
    })
    socket.on('data', (bytes) => {
      told = bytes.toString()
      isResumed = socket.isSessionReused()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve({ told, isResumed, session }))
  })
}

/** Whose certificate the listener shows to new clients. */
async function serverSeen(t: TestContext, port: number, authority: Authority): Promise<string> {
  const socket = await dial(t, port, { ca: authority.certificate })
  await new Promise((resolve) => socket.on('secureConnect', resolve))
  return socket.getPeerX509Certificate()?.subject ?? ''
}

async function dial(
  t: TestContext,
  port: number,
  given: object,
  session?: Buffer,
): Promise<TLSSocket> {
  const settings = read(tlsClientSetting, given)
  const tls = await clientTls({ settings, logger: silentLogger })
  const resumed = session === undefined ? {} : { session }
  const socket = connect({ port, host: '127.0.0.1', ...tls.options, ...resumed })
  t.after(async () => {
    socket.destroy()
    await tls.close()
  })
  return socket
}

/** A file takes the place of another, as those who are careful do it. */
function replace(from: string, to: string): void {
  copyFileSync(from, `${to}.new`)
  renameSync(`${to}.new`, to)
}

function read<Value>(setting: Setting<Value>, given: object): Value {
  return setting.read(given, [], ({ says }) => assert.fail(says))
}

class Lines implements Logger {
  readonly lines: string[] = []
  readonly infos: string[] = []
  debug() {}
  info(message: string) {
    this.infos.push(message)
  }
  warn(message: string, facts = {}) {
    this.lines.push(`${message} ${JSON.stringify(facts)}`)
  }
  error(message: string, facts = {}) {
    this.warn(message, facts)
  }
  with() {
    return this
  }
}
