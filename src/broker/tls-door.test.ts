import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import type { AclBinding } from '../access/acl.ts'
import type { PrincipalMapping } from '../access/principal-mapping.ts'
import { tlsServerSetting } from '../base/tls/settings.ts'
import { TestAuthority } from '../base/tls/testing/test-authority.ts'
import { Metadata } from '../protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import type { ListenerAddress } from './listener.ts'
import { logIn } from './sasl/testing/log-in.ts'
import { openBroker, Peer } from './testing/peer.ts'

const authority = new TestAuthority()
const nobody: PrincipalMapping = () => undefined
const allowed: AclBinding = {
  ...{ resourceType: 'Topic', name: 'readings', pattern: 'Literal', principal: 'User:alice' },
  ...{ host: '*', operation: 'Describe', permission: 'Allow' },
}

test('where clients log in, that is who they are: their certificate is checked, and mapped by no rule', async (t) => {
  const { port } = await openSecure(t, { auth: ['SCRAM-SHA-256'] })
  const alice = { user: 'alice', password: 'a-secret', mechanism: 'SCRAM-SHA-256' } as const
  const peer = await securePeer(t, port, authority.client('CN=the pump behind alice'))
  assert.equal((await logIn(peer, alice)).errorCode, errorCode.NONE)
  const { topics } = await peer.request(Metadata, 12, { topics: null })
  assert.deepEqual(
    topics.map(({ name }) => name),
    ['readings'],
  )
  for (const stranger of [new TestAuthority().client('CN=alice'), {}]) {
    await assert.rejects(async () => logIn(await securePeer(t, port, stranger), alice))
  }
})

test('where they do not, a certificate that no rule makes a user is refused', async (t) => {
  const { port } = await openSecure(t, {})
  const peer = await securePeer(t, port, authority.client('CN=alice'))
  await peer.untilClosed()
})

test('an address has its limit of connections before keys are agreed on', async (t) => {
  const { port } = await openSecure(t, {}, { 'max.connections.per.ip': '2' })
  for (let count = 0; count < 2; count++) {
    const silent = connectPlain(port, '127.0.0.1')
    t.after(() => silent.destroy())
    await once(silent, 'connect')
  }
  const third = connectPlain(port, '127.0.0.1')
  third.on('error', () => {})
  await new Promise((closed) => third.on('close', closed))
})

async function openSecure(
  t: TestContext,
  listener: Pick<ListenerAddress, 'auth'>,
  config: Record<string, string> = {},
) {
  const keys = { ...authority.server('localhost'), ca: authority.ca, clientAuth: 'required' }
  const settings = tlsServerSetting.read(keys, [], ({ says }) => assert.fail(says))
  return await openBroker(t, {
    listeners: [
      { host: '127.0.0.1', port: 0, tls: { settings, principalOf: nobody }, ...listener },
    ],
    access: { superUsers: [], allowEveryoneIfNoAclFound: false, declared: [allowed] },
    logins: { users: { alice: 'a-secret' } },
    topics: { readings: {}, secret: {} },
    config,
  })
}

async function securePeer(t: TestContext, port: number, own: object): Promise<Peer> {
  const options = { servername: 'localhost', ca: authority.ca, ...own }
  const socket = connect({ port, host: '127.0.0.1', ...options })
  t.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  return Peer.over(socket)
}
