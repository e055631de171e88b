import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Logger, silentLogger } from '../../../base/logger.ts'
import { resolveWriter } from '../../service/index.ts'
import { s3SpecOf, specKeys } from './spec.ts'

const needed = { bucket: 'b', prefix: 'p', suffix: '.bin', name: 'day' }

async function specOf(type_spec: Record<string, unknown>, logger: Logger = silentLogger) {
  const given = { no_config: true, type: 's3', topic: 't', type_spec } as const
  return s3SpecOf(await resolveWriter(given), { logger })
}

test('a file of version 1 has the options in a mapping of its own, an offset without quotes among them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'leat-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const lines = [
    ...['service-s3:', '  type: s3', '  topic: t', '  s3:'],
    ...['    bucket: b', '    prefix: p', '    suffix: .bin', '    name: day'],
    '    utc_offset: +0900',
  ]
  writeFileSync(join(folder, '.sinetstream_config.yml'), `${lines.join('\n')}\n`)
  const parameters = await resolveWriter({}, { workingFolder: folder })
  assert.deepEqual(s3SpecOf(parameters, { logger: silentLogger }), { ...needed, utc_offset: 540 })
})

test('offsets are read as Python reads them', async () => {
  const offsets = [
    ...[
      ['+0900', 540],
      ['-0330', -210],
      ['+05:45', 345],
      ['Z', 0],
      ['+0000', 0],
    ],
    ...[
      [900, 540],
      [-800, -480],
      [845, 525],
    ],
  ] as const
  for (const [written, minutes] of offsets) {
    const { utc_offset } = await specOf({ ...needed, utc_offset: written })
    assert.equal(Math.abs((utc_offset ?? Number.NaN) - minutes), 0, String(written))
  }
  // 344 is what YAML 1.1 makes of +0530.
  for (const wrong of ['9', '+9', '+2400', '+0960', 'JST', 344, 9, true]) {
    await assert.rejects(specOf({ ...needed, utc_offset: wrong }), { name: 'InvalidArgumentError' })
  }
})

test('what is missing or wrong is said by name, and secrets are not shown', async () => {
  const secret = 'do-not-show'
  const cases = [
    [{ bucket: undefined }, /'bucket' is missing/],
    [{ prefix: undefined }, /'prefix' is missing/],
    [{ suffix: undefined }, /'suffix' is missing/],
    [{ name: undefined }, /'name' is missing; write day or hour or minute/],
    [{ name: 'year' }, /'name' is "year"; write day/],
    [{ endpoint_url: `ftp://${secret}@x` }, /'endpoint_url' is not right/],
    [{ aws_access_key_id: secret }, /goes together/],
    [{ aws_secret_access_key: [secret] }, /'aws_secret_access_key' is not right/],
    [{ poll_interval_ms: 0 }, /'poll_interval_ms' is 0; write a number of at least 1/],
  ] as const
  for (const [change, about] of cases) {
    await assert.rejects(specOf({ ...needed, ...change }), (error: Error) => {
      assert.equal(error.name, 'InvalidArgumentError')
      assert.match(error.message, about)
      return !JSON.stringify(error).includes(secret)
    })
  }
})

test('an unknown option goes unheeded with a warning, one of no consequence without', async () => {
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  await specOf({ ...needed, use_ssl: true, colour: 'red' }, logger)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /'colour'/)
  assert.ok('use_ssl' in specKeys && 'poll_interval_ms' in specKeys)
})
