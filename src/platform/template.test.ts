import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig } from './config.ts'
import { parseConfig } from './config-file.ts'
import { templateOfConfig } from './template.ts'

test('the file that explains every setting starts what no file starts', async () => {
  const { data, written: _, ...parts } = await parseConfig(templateOfConfig(), '/etc/leat.yml', {})
  assert.deepEqual({ ...parts, data: './leat-data' }, defaultConfig())
  assert.equal(data, '/etc/leat-data')
})

test('every example in that file is right', async () => {
  const lines = templateOfConfig().split('\n')
  // `brokers` and `urls` take the place of the settings beside them, and others belong to them.
  const uncommented = lines
    .map((line) => line.replace(/^( *)# ([a-z]+: )/, '$1$2'))
    .filter((line) => !/^ *(brokers|tls|sasl|urls|config: \{ bearer.*):/.test(line))
  const config = await parseConfig(uncommented.join('\n'), 'leat.yml', {
    ALICE_PASSWORD: 'secret',
    OIDC_SECRET: 'secret',
  })
  assert.deepEqual(config.kafka.topics, {
    'sensor.raw': { partitions: 3, config: { 'retention.ms': '7200000' } },
  })
})
