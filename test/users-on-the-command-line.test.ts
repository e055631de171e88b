/** `leat users` against a broker in this process. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { logIn } from '../src/broker/sasl/testing/log-in.ts'
import { openBroker, Peer } from '../src/broker/testing/peer.ts'
import { newPassword } from '../src/cli/password.ts'
import { type RunOptions, runCli } from '../src/cli/testing/run-cli.ts'
import { temporaryFolder } from './helpers/folders.ts'

const open = { host: '127.0.0.1', port: 0 }

async function openUsers(t: TestContext) {
  const { broker } = await openBroker(t, {
    listeners: [open, { ...open, auth: ['SCRAM-SHA-256', 'SCRAM-SHA-512'] }],
    logins: { users: { declared: 'secret' } },
    config: { 'connection.failed.authentication.delay.ms': '0' },
  })
  const [plain, guarded] = broker.addresses.map(({ port }) => port)
  const users = async (args: readonly string[], options: RunOptions = {}) => {
    const environment = { LEAT_BROKERS: `127.0.0.1:${plain}`, ...options.environment }
    return await runCli(['users', ...args], { ...options, environment })
  }
  const mayLogIn = async (user: string, password: string, mechanism = 'SCRAM-SHA-512' as const) => {
    const peer = await Peer.connect(t, guarded ?? 0)
    return (await logIn(peer, { mechanism, user, password })).errorCode === 0
  }
  return { users, mayLogIn }
}

test('users get their passwords from a file, the environment or a pipe, and log in with them', async (t) => {
  const { users, mayLogIn } = await openUsers(t)
  const file = join(temporaryFolder(t), 'password')
  writeFileSync(file, 'from a file\n')
  const environment = { SECRET: 'from the environment' }
  for (const [user, password, args, options] of [
    ['ann', 'from a file', ['--password-file', file], {}],
    ['bob', 'from the environment', ['--password-env', 'SECRET'], { environment }],
    ['eve,=', 'from a pipe', [], { stdin: 'from a pipe\n' }],
  ] as const) {
    const { code, stdout, stderr } = await users(['add', user, ...args], options)
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout + stderr, /from a/)
    assert.ok(await mayLogIn(user, password))
  }
})

test('users are listed with those of leat.yml, and removed', async (t) => {
  const { users, mayLogIn } = await openUsers(t)
  await users(['add', 'ann', '--iterations', '8192', '-m', 'SCRAM-SHA-512'], { stdin: 'secret' })
  const listed = await users(['list', '-o', 'json'])
  assert.deepEqual(JSON.parse(listed.stdout), [
    { user: 'ann', mechanism: 'SCRAM-SHA-512', iterations: 8192 },
    { user: 'declared', mechanism: 'SCRAM-SHA-256', iterations: 4096 },
    { user: 'declared', mechanism: 'SCRAM-SHA-512', iterations: 4096 },
  ])
  assert.equal((await users(['remove', 'ann'])).code, 0)
  assert.ok(!(await mayLogIn('ann', 'secret')))
  const again = await users(['remove', 'ann'])
  assert.match(again.stderr, /There is no such password of a user 'ann'/)
  const declared = await users(['remove', 'declared'])
  assert.match(declared.stderr, /'declared' is declared in leat\.yml/)
})

test('no password is taken that is empty or that is not there', async (t) => {
  const { users } = await openUsers(t)
  for (const args of [[], ['--password-env', 'NOWHERE'], ['--password-file', '/nowhere']]) {
    const { code } = await users(['add', 'ann', ...args], { stdin: '\n' })
    assert.equal(code, 2)
  }
})

test('at a terminal the password is asked for twice and never shown', async () => {
  for (const [typed, expected] of [
    [['secret\r', 'secret\r'], 'secret'],
    [['secret\r', 'Secret\r'], /two different passwords/],
    [['\x03'], /No password was given/],
  ] as const) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} })
    const stderr = new PassThrough()
    const shown: string[] = []
    const answers: string[] = [...typed]
    stderr.on('data', (bytes: Buffer) => {
      shown.push(bytes.toString())
      // Typed once it is asked for.
      if (bytes.toString().endsWith(': ')) setImmediate(() => stdin.write(answers.shift() ?? ''))
    })
    const terminal = { stdin, stdout: stderr, stderr, environment: {}, stopped: neverStopped }
    const given = newPassword({}, terminal)
    if (typeof expected === 'string') assert.equal(await given, expected)
    else await assert.rejects(given, expected)
    assert.doesNotMatch(shown.join(''), /ecret/)
  }
})

const neverStopped = new AbortController().signal
