/** `leat quotas` against a broker in this process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBroker } from '../src/broker/testing/peer.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'

test('quotas are set, listed and taken away; those of the configuration count again', async (t) => {
  const { port } = await openBroker(t, {
    quotas: [{ entity: { user: 'alice' }, values: { producer_byte_rate: 1000 } }],
  })
  const quotas = async (...args: string[]) => {
    const environment = { LEAT_BROKERS: `127.0.0.1:${port}` }
    const { code, stdout, stderr } = await runCli(['quotas', ...args], { environment })
    assert.equal(code, 0, stderr)
    return stdout
  }
  await quotas('set', '-u', 'alice', 'producer_byte_rate=2000', 'request_percentage=0.5')
  await quotas('set', '-u', '*', '--client-id', 'pump', 'consumer_byte_rate=3000')
  const listed: { user: string; clientId: string | null; quotas: string }[] = JSON.parse(
    await quotas('list', '-o', 'json'),
  )
  assert.deepEqual(
    listed.map(({ user, clientId, quotas }) => [user, clientId ?? null, quotas]),
    [
      ['alice', null, 'producer_byte_rate=2000 request_percentage=0.5'],
      ['*', 'pump', 'consumer_byte_rate=3000'],
    ],
  )
  await quotas('remove', '-u', 'alice', 'producer_byte_rate', 'request_percentage')
  assert.match(await quotas('list', '-u', 'alice'), /producer_byte_rate=1000$/m)
})

test('a quota that cannot be is refused with what is wrong', async (t) => {
  const { port } = await openBroker(t)
  const environment = { LEAT_BROKERS: `127.0.0.1:${port}` }
  const fails = async (...args: string[]) => {
    const { code, stderr } = await runCli(['quotas', 'set', ...args], { environment })
    assert.notEqual(code, 0)
    return stderr
  }
  assert.match(await fails('-u', 'alice', 'speed=1'), /Invalid configuration key speed/)
  assert.match(await fails('-u', 'alice', 'producer_byte_rate=much'), /write a number above 0/)
  assert.match(await fails('producer_byte_rate=1'), /Write whose quota/)
})
