/** `leat write -c` and `read -c`: the service comes from a configuration server. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { FakeConfigServer } from '../src/client/service/testing/fake-config-server.ts'
import { Reader } from '../src/index.ts'
import { temporaryFolder } from './helpers/folders.ts'

const service = { type: 'iostream', topic: 'asked-for', value_type: 'text' } as const
const plant = { header: { version: 3 }, config: { pumps: service } }

test('with -c the service is that of a configuration server', async (t) => {
  await using server = await FakeConfigServer.open({
    '/configs/plant': { name: 'plant', config: plant },
  })
  const home = temporaryFolder(t)
  mkdirSync(join(home, '.config', 'sinetstream'), { recursive: true })
  writeFileSync(join(home, '.config', 'sinetstream', 'auth.json'), server.auth)
  await using reader = await Reader.open({ ...service, no_config: true })

  const environment = { HOME: home }
  const { code, stderr } = await runCli(['write', '-c', 'plant', '-m', 'hello'], { environment })

  assert.deepEqual([code, stderr], [0, ''])
  const { value: message } = await reader[Symbol.asyncIterator]().next()
  assert.equal(message.value, 'hello')
  assert.deepEqual(server.asked, ['POST /authentication', 'GET /configs/plant'])
})
