/** `leat schemas` before a registry and a broker in this process. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Broker } from '../src/broker/index.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../src/client/index.ts'
import { RegistryDoor } from '../src/registry/index.ts'
import { temporaryFolder } from './helpers/folders.ts'

async function openPlant(t: TestContext) {
  // Its actions run in the order of their registration, and the folder must go last.
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const directory = temporaryFolder(t)
  const listeners = [{ host: '127.0.0.1', port: 0 }]
  const broker = stack.adopt(
    await Broker.open({
      directory: join(directory, 'data'),
      durability: 'os',
      listeners,
      config: { 'group.initial.rebalance.delay.ms': '0' },
    }),
    (one) => one.close(),
  )
  const brokers = `127.0.0.1:${broker.addresses[0]?.port}`
  const client = stack.use(new KafkaClient({ brokers: [brokers], clientId: 'registry' }))
  const door = stack.use(await RegistryDoor.open({ listeners, client }))
  const environment = {
    LEAT_REGISTRY: `http://127.0.0.1:${door.addresses[0]?.port}`,
    LEAT_BROKERS: brokers,
  }
  const leat = (...args: string[]) => runCli(['schemas', ...args], { environment })
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  return { leat, file, client, environment }
}

const avro = (...fields: [name: string, type: string, fallback?: unknown][]) =>
  JSON.stringify({
    type: 'record',
    name: 'Reading',
    fields: fields.map(([name, type, fallback]) => ({
      name,
      type,
      ...(fallback !== undefined && { default: fallback }),
    })),
  })

test('a schema in a file is registered, listed and printed', async (t) => {
  const { leat, file } = await openPlant(t)
  const first = file('reading.avsc', avro(['power', 'double']))
  const registered = await leat('register', 'readings-value', first, '-o', 'json')
  assert.deepEqual(JSON.parse(registered.stdout), [
    { subject: 'readings-value', version: 1, id: 1 },
  ])
  const listed = await leat('list', '-o', 'json')
  assert.deepEqual(JSON.parse(listed.stdout), [
    { subject: 'readings-value', type: 'AVRO', version: 1, id: 1, compatibility: 'BACKWARD' },
  ])
  assert.equal((await leat('list', '-p', 'other')).stdout, '')
  const printed = await leat('get', 'readings-value')
  assert.deepEqual(JSON.parse(printed.stdout), JSON.parse(avro(['power', 'double'])))
  const told = JSON.parse(
    (await leat('get', 'readings-value', '--version', '1', '-o', 'json')).stdout,
  )
  assert.deepEqual([told.version, told.id, told.type], [1, 1, 'AVRO'])
})

test('a schema that refers to another is registered with its references', async (t) => {
  const { leat, file } = await openPlant(t)
  const common = file(
    'common.proto',
    'syntax = "proto3"; package common; message Phase { float a = 1; }',
  )
  const meter = file(
    'meter.proto',
    'syntax = "proto3"; import "common.proto"; message Meter { common.Phase p = 1; }',
  )
  await leat('register', 'common', common)
  const alone = await leat('register', 'meters-value', meter)
  assert.equal(alone.code, 1)
  assert.match(alone.stderr, /common\.proto/)
  const reference = ['--reference', 'common.proto=common:1']
  const registered = await leat('register', 'meters-value', meter, ...reference)
  assert.equal(registered.code, 0, registered.stderr)
  const printed = await leat('get', 'meters-value')
  assert.match(printed.stdout, /^syntax = "proto3";\n\nimport "common\.proto";\n/)
  const same = await leat('diff', 'meters-value', '1', meter, ...reference)
  assert.match(same.stdout, /^meters-value 1 → .*: FULL, .*\nNothing changed\.\n/)
})

test('check says what stands in the way of a schema, and ends with 1', async (t) => {
  const { leat, file } = await openPlant(t)
  const first = file('first.avsc', avro(['power', 'double']))
  const good = file('good.avsc', avro(['power', 'double'], ['flow', 'double', 0]))
  const bad = file('bad.avsc', avro(['power', 'double'], ['flow', 'double']))
  assert.match((await leat('check', 'readings-value', first)).stdout, /no version yet/)
  await leat('register', 'readings-value', first)
  const fits = await leat('check', 'readings-value', good)
  assert.deepEqual([fits.code, fits.stdout], [0, 'compatible with version 1 (BACKWARD)\n'])
  const breaks = await leat('check', 'readings-value', bad)
  assert.equal(breaks.code, 1)
  assert.match(
    breaks.stdout,
    /NOT compatible with version 1 \(BACKWARD\)\n {2}.*READER_FIELD_MISSING_DEFAULT_VALUE/,
  )
  assert.match(breaks.stderr, /not BACKWARD compatible with version 1 of 'readings-value'/)
  const asJson = JSON.parse((await leat('check', 'readings-value', bad, '-o', 'json')).stdout)
  assert.equal(asJson.versions[0].isCompatible, false)
})

test('diff says what changed, who still understands whom, and which groups read the topic', async (t) => {
  const { leat, file, client, environment } = await openPlant(t)
  await client.createTopics([{ name: 'readings', partitions: 1 }])
  await leat('register', 'readings-value', file('1.avsc', avro(['power', 'int'])))
  await leat(
    'register',
    'readings-value',
    file('2.avsc', avro(['power', 'long'], ['flow', 'double', 0])),
  )
  await runCli(['produce', 'readings'], { environment, stdin: '1\n' })
  const group = ['--group', 'dashboards', '--from-beginning', '-n', '1']
  const read = await runCli(['consume', 'readings', ...group], { environment })
  assert.equal(read.stdout, '1\n', read.stderr)
  const { code, stdout } = await leat('diff', 'readings-value', '1', '2')
  assert.equal(code, 0)
  assert.deepEqual(stdout.split('\n').slice(0, 5), [
    'readings-value 1 → 2: BACKWARD, readers with the later schema read what was written with the earlier; move readers first.',
    '~ fields.power.type: "int" → "long"',
    '+ fields.flow.name: "flow"',
    '+ fields.flow.type: "double"',
    '+ fields.flow.default: 0',
  ])
  assert.match(stdout, /^not forward: .*reader type: INT not compatible with writer type: LONG/m)
  assert.match(stdout, /^Groups that have read topic 'readings': dashboards\.$/m)
})

test('diff of Protobuf schemas names statements, and does without a broker', async (t) => {
  const { leat, file, environment } = await openPlant(t)
  const proto = (body: string) => `syntax = "proto3"; package plant; message Reading { ${body} }`
  await leat(
    'register',
    'p-value',
    file('1.proto', proto('string id = 1; oneof v { int32 a = 2; } reserved 9;')),
  )
  const next = file(
    '2.proto',
    proto(
      'int64 id = 1 [deprecated = true, json_name = "ID"]; oneof v { int32 a = 2; } enum E { Z = 0; }',
    ),
  )
  const { stdout, stderr } = await runCli(
    ['schemas', 'diff', 'p-value', 'latest', next, '-o', 'json'],
    {
      environment: { ...environment, LEAT_BROKERS: '127.0.0.1:1' },
    },
  )
  const told = JSON.parse(stdout)
  assert.equal(told.compatibility, 'NONE')
  assert.deepEqual(
    told.changes.map(({ change, path }: { change: string; path: string }) => `${change} ${path}`),
    ['removed Reading.reserved 9', 'changed Reading.id', 'added Reading.E', 'added Reading.E.Z'],
  )
  assert.match(told.notBackward[0], /FIELD_SCALAR_KIND_CHANGED.*#\/Reading\/1' in the new schema/)
  assert.match(stderr, /which groups read 'p' is unknown/)
})

test('what cannot be is said with its cure, and ends with 2', async (t) => {
  const { leat, file } = await openPlant(t)
  const wrong: [string[], RegExp][] = [
    [['register', 's', file('schema.txt', '')], /write '--type AVRO'/],
    [['register', 's', 'missing.avsc'], /cannot be read \(ENOENT\)/],
    [['register', 's', file('a.proto', ''), '--reference', 'x'], /write NAME=SUBJECT:VERSION/],
    [['diff', 's', 'one', '2'], /'one' is no version/],
    [['diff', 's'], /Write SUBJECT VERSION/],
    [['list', '-r', 'no url'], /no address of a schema registry/],
  ]
  for (const [args, message] of wrong) {
    const { code, stderr } = await leat(...args)
    assert.match(stderr, message)
    assert.equal(code, 2, stderr)
  }
  const unknown = await leat('get', 'nothing')
  assert.deepEqual([unknown.code, /Subject 'nothing' not found/.test(unknown.stderr)], [1, true])
})
