/** Listeners that speak TLS, with kcat (librdkafka 2.0) as it is typed at a prompt. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { stringify } from 'yaml'
import type { Logger } from '../../src/base/logger.ts'
import { tlsServerSetting } from '../../src/base/tls/settings.ts'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { parseConfig } from '../../src/platform/config-file.ts'
import { start } from '../../src/platform/start.ts'
import { Authority, type Certificate } from '../helpers/certificates.ts'
import { eventually } from '../helpers/eventually.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { type Finished, runProgram, startProgram } from '../helpers/programs.ts'

const skip = withoutPeer('kcat', 'openssl')

test('a certificate is a user by the rules, and has the rights of that user', {
  skip,
}, async () => {
  await using stack = new AsyncDisposableStack()
  const owner = ownerOf(stack)
  const authority = await Authority.open(owner)
  const { kafka, lines } = await openTls(stack, owner, authority, {
    tls: { clientAuth: 'required' },
    principalMappingRules: 'RULE:^CN=([a-z]+)$/$1/L',
  })
  const [alice, bob, number] = await Promise.all(
    ['alice', 'bob', '007'].map((name) => authority.sign(name)),
  )
  const write = ['-P', '-t', 'readings']
  assert.equal((await kcat(kafka, authority, alice, write, 'hello\n')).exitCode, 0)
  assert.match(
    (await kcat(kafka, authority, bob, write, 'hello\n')).stderr,
    /authorization failed/i,
  )
  const read = ['-C', '-t', 'readings', '-e', '-q']
  assert.equal((await kcat(kafka, authority, alice, read)).stdout, 'hello\n')
  startProgram(owner, kcatCommand(kafka, authority, number, ['-L', '-m', '60']))
  const line = await eventually('it is refused', () =>
    lines.find((one) => one.startsWith('Refusing a client whose name no rule')),
  )
  assert.match(line, /"certificate":"CN=007"/)
})

test('who shows no certificate is anonymous where one is only requested', { skip }, async () => {
  await using stack = new AsyncDisposableStack()
  const owner = ownerOf(stack)
  const authority = await Authority.open(owner)
  const { kafka } = await openTls(stack, owner, authority, { tls: { clientAuth: 'requested' } })
  const alice = await authority.sign('alice')
  const topicsOf = async (client?: Certificate) => {
    const { exitCode, stdout, stderr } = await kcat(kafka, authority, client, ['-L', '-m', '60'])
    assert.equal(exitCode, 0, stderr)
    return [...stdout.matchAll(/topic "(\w+)"/g)].map(([, name]) => name)
  }
  assert.deepEqual(await topicsOf(), ['open'])
  // Without rules the user is the whole name: nobody has given rights to User:CN=alice.
  assert.deepEqual(await topicsOf(alice), [])
})

test('handshakes count among the most connections, and a broker that closes waits for none', {
  skip,
}, async (t) => {
  const authority = await Authority.open(t)
  const server = await authority.sign('server', 'IP:127.0.0.1')
  const given = { cert: server.certificate, key: server.key }
  const settings = tlsServerSetting.read(given, [], ({ says }) => assert.fail(says))
  const lines: string[] = []
  const { broker, port } = await openBroker(t, {
    listeners: [{ host: '127.0.0.1', port: 0, tls: { settings, principalOf: String } }],
    config: { 'max.connections': '1' },
    logger: listening(lines),
  })
  const silent = connect(port, '127.0.0.1')
  await once(silent, 'connect')
  const another = connect(port, '127.0.0.1')
  const ended = Promise.all([once(another, 'close'), once(silent, 'close')])
  await eventually('a refusal', () =>
    lines.some((one) => one.includes('max.connections is reached')),
  )
  await broker.close()
  await ended
})

const access = {
  acls: [
    { principal: 'alice', operations: ['Read', 'Write'], topic: 'readings' },
    { principal: 'ANONYMOUS', operations: ['Describe'], topic: 'open' },
  ],
}

function ownerOf(stack: AsyncDisposableStack): Owner {
  return { after: (action) => stack.defer(async () => await action()) }
}

/** leat with one listener of TLS, and what it logged. */
async function openTls(
  stack: AsyncDisposableStack,
  owner: Owner,
  authority: Authority,
  { tls, ...listener }: { readonly tls: object; readonly principalMappingRules?: string },
) {
  const server = await authority.sign('server', 'IP:127.0.0.1')
  const files = { cert: server.certificate, key: server.key, ca: authority.certificate }
  const own = { bind: '127.0.0.1:0', tls: { ...files, ...tls }, ...listener }
  const kafka = { listeners: [own], topics: { readings: {}, open: {} } }
  const lines: string[] = []
  const file = `${temporaryFolder(owner)}/leat.yml`
  const config = await parseConfig(stringify({ kafka, access }), file, {})
  const running = stack.use(await start(config, listening(lines)))
  return { kafka: `127.0.0.1:${running.kafka[0]?.port}`, lines }
}

async function kcat(
  brokers: string,
  authority: Authority,
  client: Certificate | undefined,
  args: readonly string[],
  input = '',
): Promise<Finished> {
  return await runProgram(kcatCommand(brokers, authority, client, args), { input })
}

function kcatCommand(
  brokers: string,
  authority: Authority,
  client: Certificate | undefined,
  args: readonly string[],
): string[] {
  const options = [
    ...['security.protocol=SSL', `ssl.ca.location=${authority.certificate}`],
    ...(client === undefined
      ? []
      : [`ssl.certificate.location=${client.certificate}`, `ssl.key.location=${client.key}`]),
  ]
  const flags = options.flatMap((option) => ['-X', option])
  return ['kcat', '-b', brokers, ...flags, ...args]
}

function listening(lines: string[]): Logger {
  const warn = (message: string, facts = {}) => {
    lines.push(`${message} ${JSON.stringify(facts)}`)
  }
  const logger: Logger = { debug() {}, info() {}, warn, error: warn, with: () => logger }
  return logger
}
