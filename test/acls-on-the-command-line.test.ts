/** `leat acls` against a broker in this process. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { user } from '../src/access/principal.ts'
import { openBroker } from '../src/broker/testing/peer.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'

async function openAcls(t: TestContext) {
  const { port } = await openBroker(t, {
    listeners: [{ host: '127.0.0.1', port: 0, principal: user('admin') }],
    access: { superUsers: ['User:admin'], allowEveryoneIfNoAclFound: false, declared: [] },
  })
  return async (...args: string[]) =>
    await runCli(['acls', ...args], { environment: { LEAT_BROKERS: `127.0.0.1:${port}` } })
}

test('rules are added, listed by what applies to a name, and removed', async (t) => {
  const acls = await openAcls(t)
  const added = await acls(
    ...['add', '--principal', 'alice', '--operation', 'read', '--operation', 'Write'],
    ...['-t', 'plant.', '--pattern', 'prefixed'],
  )
  assert.equal(added.code, 0, added.stderr)
  await acls('add', '--principal', 'User:*', '--operation', 'All', '-t', 'plant.1', '--deny')
  await acls('add', '--principal', 'bob', '--operation', 'Describe', '--cluster')
  const listed = await acls('list', '-t', 'plant.1', '--pattern', 'match', '-o', 'json')
  const rows: { principal: string; permission: string; operation: string }[] = JSON.parse(
    listed.stdout,
  )
  assert.deepEqual(
    rows.map(({ principal, permission, operation }) => [principal, permission, operation]).sort(),
    [
      ['User:*', 'Deny', 'All'],
      ['User:alice', 'Allow', 'Read'],
      ['User:alice', 'Allow', 'Write'],
    ],
  )
  const removed = await acls('remove', '--principal', 'alice', '--operation', 'Write')
  assert.match(removed.stdout, /User:alice +Allow +Write +Topic +plant\. +Prefixed +\*/)
  const left = await acls('list', '-o', 'json')
  assert.equal(JSON.parse(left.stdout).length, 3)
})

test('rules about delegation tokens name a user as Kafka does', async (t) => {
  const acls = await openAcls(t)
  const rule = ['--principal', 'scheduler', '--operation', 'CreateTokens', '--user', 'alice']
  assert.equal((await acls('add', ...rule)).code, 0)
  const listed = await acls('list', '--user', 'User:alice', '-o', 'json')
  assert.deepEqual(
    JSON.parse(listed.stdout).map(({ name }: { name: string }) => name),
    ['User:alice'],
  )
})

test('a rule about nothing or about two things is not added, and nothing is removed by no option', async (t) => {
  const acls = await openAcls(t)
  for (const args of [
    ['add', '--principal', 'alice', '--operation', 'Read'],
    ['add', '--principal', 'alice', '--operation', 'Read', '-t', 'a', '-g', 'b'],
    ['add', '--principal', 'alice', '--operation', 'Reed', '-t', 'a'],
    ['remove'],
  ]) {
    const { code, stderr } = await acls(...args)
    assert.equal(code, 2, stderr)
  }
})

test('where nobody keeps rules, it is said in one sentence what is missing', async (t) => {
  const { port } = await openBroker(t)
  const environment = { LEAT_BROKERS: `127.0.0.1:${port}` }
  assert.deepEqual(await runCli(['acls', 'list'], { environment }), {
    code: 1,
    stdout: '',
    stderr:
      "leat: No Authorizer is configured on the broker: write 'access:' into leat.yml. (SECURITY_DISABLED)\n",
  })
})
