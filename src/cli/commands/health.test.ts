import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { runCli } from '../testing/run-cli.ts'

test('health is what the address answers, and the exit code says it', async (t) => {
  let status = 200
  const server = createServer((_, response) => {
    response.statusCode = status
    response.end(status === 200 ? 'ready\n' : 'not ready: the disk is full\n')
  })
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
  assert.deepEqual(await runCli(['health', '-u', url]), { code: 0, stdout: 'ready\n', stderr: '' })
  status = 503
  const sick = await runCli(['health'], { environment: { LEAT_HEALTH: url } })
  assert.deepEqual([sick.code, sick.stdout], [1, ''])
  assert.match(sick.stderr, /readyz says: not ready: the disk is full/)
})

test('what does not answer is not healthy, and no address is a mistake', async () => {
  const nobody = await runCli(['health', '--url', 'http://127.0.0.1:1/readyz'])
  assert.equal(nobody.code, 1)
  assert.match(nobody.stderr, /Nobody answers at .* \(bad port\).*'console:'/)
  assert.equal((await runCli(['health', '--url', 'nowhere'])).code, 2)
})
