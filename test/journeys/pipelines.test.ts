/** Pipelines in a real leat: its commands, and what survives kill -9. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { RegistryClient, SchemaValues } from '../../src/client/registry/index.ts'
import { describeClusters } from '../helpers/clusters.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startLeat } from '../helpers/leat.ts'

const clean = `
  clean:
    from: Readings
    steps:
      - filter: "value.temperature != null"
      - set: { celsius: "(value.temperature - 32) * 5 / 9" }
      - drop: [ temperature ]
    to: Clean
`

test('leat pipelines test runs the examples that stand in the file, and tells what differs', async (t) => {
  const file = join(temporaryFolder(t), 'leat.yml')
  const examples = (celsius: number) => `pipelines:${clean}    tests:
      - name: Fahrenheit becomes Celsius
        given: [ { value: { temperature: 212 } }, { value: { temperature: null } } ]
        expect: [ { topic: Clean, value: { celsius: ${celsius} } } ]
`
  writeFileSync(file, examples(100))
  const right = await runCli(['pipelines', 'test', '-f', file])
  assert.equal(right.stdout, 'ok      clean: Fahrenheit becomes Celsius\n')
  assert.equal(right.code, 0)
  writeFileSync(file, examples(99))
  const wrong = await runCli(['pipelines', 'test', '-f', file])
  assert.match(wrong.stdout, /DIFFERS clean: Fahrenheit.*"celsius":99.*"celsius":100/s)
  assert.equal(wrong.code, 1)
})

describeClusters((newCluster) => {
  test('leat pipelines preview shows what would be written, and list how far a pipeline is behind', async (t) => {
    const leat = await startLeat(t, { kafka: await newCluster(t) })
    const file = join(temporaryFolder(t), 'leat.yml')
    writeFileSync(file, `pipelines:${clean}`)
    const produced = await runCli(['produce', 'Readings', '-b', leat.brokers], {
      stdin: '{"temperature":212}\n{"temperature":null}\nno json\n',
    })
    assert.equal(produced.code, 0)
    const asked = ['-f', file, '-b', leat.brokers, '-o', 'json']
    const shown = await runCli(['pipelines', 'preview', 'clean', ...asked])
    const previews = JSON.parse(shown.stdout)
    assert.deepEqual(previews[0], {
      topic: 'Readings',
      partition: 0,
      offset: 0,
      to: 'Clean',
      key: null,
      value: { celsius: 100 },
    })
    assert.match(previews[1].error, /not JSON/)
    const listed = await runCli(['pipelines', 'list', ...asked])
    assert.equal(listed.code, 0, listed.stderr)
    assert.deepEqual(JSON.parse(listed.stdout), [
      { pipeline: 'clean', from: 'Readings', to: 'Clean', state: 'never ran' },
    ])
  })

  test('what comes out of a pipeline is taken on by the connector of its target', async (t) => {
    const file = join(temporaryFolder(t), 'warm.txt')
    const connector = { 'connector.class': 'FileStreamSink', file }
    const leat = await startLeat(t, {
      kafka: await newCluster(t),
      connectors: {},
      pipelines: {
        warm: {
          from: 'Readings',
          steps: [{ filter: 'value.celsius > 20' }],
          to: [{ topic: 'Warm', format: 'text', connector }],
        },
      },
    })
    const stdin = '{"celsius":19}\n{"celsius":21}\n{"celsius":22}\n'
    const produced = await runCli(['produce', 'Readings', '-b', leat.brokers], { stdin })
    assert.equal(produced.code, 0)
    const lines = () => (existsSync(file) ? readFileSync(file, 'utf8') : '')
    await eventually('the warm ones are in the file', () => lines().includes('22'))
    assert.equal(lines(), '{"celsius":21}\n{"celsius":22}\n')
    const { body } = await new ConnectRest(leat.connectUrl).ask('GET', '/connectors')
    assert.deepEqual(body, ['Warm'])
  })

  test('over kill -9, a window counts each record that was acknowledged', async (t) => {
    const sizeMs = 1000
    const pipelines = {
      counts: {
        from: 'numbers',
        to: 'counts',
        steps: [{ window: { size: `${sizeMs}ms`, values: { n: 'count', sum: 'sum(value.n)' } } }],
      },
    }
    const leat = await startLeat(t, { kafka: await newCluster(t), pipelines })
    await using client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
    const producer = client.producer()
    const count = 5000
    for (let n = 0; n < count; n++) {
      const sent = producer.send({
        topic: 'numbers',
        value: Buffer.from(`{"n":${n}}`),
        timestamp: n,
      })
      if (n % 1000 === 500) {
        await sent
        await leat.kill()
        await leat.start()
      }
      if (n % 100 === 0) await sent
    }
    await producer.send({
      topic: 'numbers',
      value: Buffer.from('{"n":0}'),
      timestamp: count + sizeMs,
    })
    const found = new Map<number, { n: number; sum: number }>()
    const fetcher = client.fetcher({
      reset: 'earliest',
      onRecords: (_topic, _partition, records) => {
        for (const { value } of records) {
          const { window_start, n, sum } = JSON.parse(String(value))
          // At least once: a window may be told again, and says the same.
          assert.deepEqual(found.get(window_start) ?? { n, sum }, { n, sum })
          found.set(window_start, { n, sum })
        }
      },
      onError: (error) => assert.fail(String(error)),
    })
    fetcher.assign('counts', 0, 'earliest')
    await eventually('every window is closed', () => found.size >= count / sizeMs)
    for (const [start, { n, sum }] of found) {
      assert.equal(n, sizeMs)
      assert.equal(sum, (sizeMs * (2 * start + sizeMs - 1)) / 2)
    }
  })

  test('readings of a smart meter are read by their schema, and what comes out has a schema of its own', async (t) => {
    const leat = await startLeat(t, {
      kafka: await newCluster(t),
      registry: true,
      pipelines: {
        warm: {
          from: 'Readings',
          steps: [
            { filter: 'value.temperature != null' },
            {
              map: {
                meter: 'value.ID',
                celsius: '(value.temperature - 32) * 5 / 9',
                at: 'timestamp',
              },
            },
          ],
          to: { topic: 'Warm', format: 'avro' },
        },
      },
    })
    const meter = [
      'sensor',
      '--profile',
      'smart-meter',
      '-b',
      leat.brokers,
      '--registry',
      leat.registryUrl,
    ]
    const ran = await runCli([...meter, '-n', '200', '--every', '0', '--seed', '7'])
    assert.equal(ran.code, 0, ran.stderr)
    const registry = new RegistryClient({ urls: [leat.registryUrl] })
    const values = new SchemaValues(registry)
    await using client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
    const seen: { meter: bigint; celsius: number; at: bigint }[] = []
    const fetcher = client.fetcher({
      async onRecords(_topic, _partition, records) {
        for (const { value } of records) seen.push((await values.read(value as Buffer)) as never)
      },
      onError: (error) => assert.fail(String(error)),
    })
    await eventually('the pipeline wrote', async () =>
      (await registry.subjects()).includes('Warm-value'),
    )
    fetcher.assign('Warm', 0, 'earliest')
    await eventually('all measured temperatures came', () => (seen.at(-1)?.meter ?? 0n) >= 190n)
    assert.ok(seen.length < 200, 'readings without a temperature were left out')
    for (const { celsius, at } of seen) {
      assert.ok(celsius > -18 && celsius < 70)
      assert.ok(Math.abs(Number(at) - Date.now()) < 600_000)
    }
    const { text } = await registry.latest('Warm-value')
    assert.deepEqual(
      JSON.parse(text).fields.map(({ name }: { name: string }) => name),
      ['meter', 'celsius', 'at'],
    )
  })
})
