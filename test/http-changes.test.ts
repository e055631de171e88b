/** What the audit log tells of changes over HTTP: what was asked, and never a secret. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { KafkaClient } from '../src/client/index.ts'
import { Connectors, type ConnectorsOptions } from '../src/connect/connectors.ts'
import { Plugins } from '../src/connect/plugins.ts'
import { connectors as plugins } from '../src/connectors/index.ts'
import { type Asked, askDoor, startInside } from './helpers/doors.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

const anonymous = 'User:ANONYMOUS'

test('changes at the registry are told with what they say, also where nobody is asked who they are', async (t) => {
  const { registry, events } = await openLeat(t)
  const versions = '/subjects/readings-value/versions'
  const body = (fields: unknown) => ({ body: fields })
  await registry('POST', versions, body({ schema: '"long"' }))
  const json = { schemaType: 'JSON', schema: '{"type":"number"}' }
  await registry('POST', '/subjects/meters-value/versions', body(json))
  await registry('POST', versions, body({ schema: '"string"', references: [reference] }))
  await registry('PUT', '/config', body({ compatibility: 'FULL' }))
  await registry('PUT', '/config/readings-value', {
    ...body({ compatibility: 'NONE', normalize: true, overrideMetadata: { properties } }),
  })
  await registry('DELETE', '/config/readings-value')
  await registry('PUT', '/mode/readings-value?force=true', body({ mode: 'READONLY' }))
  await registry('DELETE', '/mode/readings-value')
  await registry('DELETE', `${versions}/latest`)
  await registry('DELETE', '/subjects/meters-value?permanent=true')
  await registry('DELETE', '/subjects/meters-value')
  const told = await events(11)
  assert.deepEqual(
    told.map(({ subject, data }) => [subject, data.outcome, data.principal, withoutGuid(data)]),
    [
      [readings, 'success', anonymous, { schemaType: 'AVRO', id: 1, version: 1 }],
      ['Subject:meters-value', 'success', anonymous, { schemaType: 'JSON', id: 2, version: 1 }],
      [readings, 'failure', anonymous, { schemaType: 'AVRO', references: ['nowhere 7'] }],
      ['Subject:', 'success', anonymous, { settings: { compatibilityLevel: 'FULL' } }],
      [
        ...[readings, 'success', anonymous],
        { settings: { compatibilityLevel: 'NONE', normalize: true, overrideMetadata: 'given' } },
      ],
      [
        ...[readings, 'success', anonymous],
        { before: { compatibilityLevel: 'NONE', normalize: true, overrideMetadata: 'given' } },
      ],
      [readings, 'success', anonymous, { mode: 'READONLY', force: true }],
      [readings, 'success', anonymous, { recursive: false, before: 'READONLY' }],
      [readings, 'success', anonymous, { version: 1, permanent: false }],
      ['Subject:meters-value', 'failure', anonymous, { permanent: true }],
      ['Subject:meters-value', 'success', anonymous, { permanent: false, versions: [1] }],
    ],
  )
  assert.ok(told.every(({ data }) => data.client.address === '127.0.0.1'))
  assert.equal(told[2]?.data.error, 'HTTP 422')
  assert.doesNotMatch(JSON.stringify(told), /s3cret/)
})

test('changes of connectors are told with their options, those that change, and the offsets', async (t) => {
  const { connect, events } = await openLeat(t)
  const file = join(temporaryFolder(t), 'out.txt')
  const config = { 'connector.class': 'FileStreamSink', topics: 'readings', file }
  const name = 'to-file'
  await eventually('Connect is ready', async () => (await connect('GET', '/')).status === 200)
  await connect('POST', '/connectors', { body: { name, config, initial_state: 'STOPPED' } })
  await connect('PUT', `/connectors/${name}/config`, {
    body: { ...config, 'tasks.max': '2', 'consumer.override.sasl.jaas.config': 's3cret' },
  })
  await connect('PATCH', `/connectors/${name}/config`, { body: { 'tasks.max': null, file: 'b' } })
  await eventually('it is known to be stopped', async () => {
    const { body } = await connect('GET', `/connectors/${name}/status`)
    return body.connector?.state === 'STOPPED'
  })
  const offset = { kafka_offset: 7 }
  const offsets = [{ partition: { kafka_topic: 'readings', kafka_partition: 0 }, offset }]
  await connect('PATCH', `/connectors/${name}/offsets`, { body: { offsets } })
  await connect('POST', `/connectors/${name}/restart?includeTasks=true`)
  await connect('PUT', '/admin/loggers/root', { body: { level: 'DEBUG' } })
  await connect('DELETE', `/connectors/${name}`)
  const told = await events(7)
  assert.deepEqual(
    told.map(({ subject, data }) => [subject, data.outcome, data.details]),
    [
      [
        ...['Connector:to-file', 'success'],
        {
          config: { ...config, name },
          changed: [...Object.keys(config), 'name'],
          target: 'STOPPED',
        },
      ],
      [
        ...['Connector:to-file', 'success'],
        {
          config: {
            ...{ ...config, 'tasks.max': '2', name },
            'consumer.override.sasl.jaas.config': '[hidden]',
          },
          changed: ['tasks.max', 'consumer.override.sasl.jaas.config'],
        },
      ],
      [
        ...['Connector:to-file', 'success'],
        { config: { 'tasks.max': null, file: 'b' }, changed: ['tasks.max', 'file'] },
      ],
      ['Connector:to-file', 'success', { offsets }],
      ['Connector:to-file', 'success', { includeTasks: true, onlyFailed: false }],
      ['Logger:root', 'success', { level: 'DEBUG' }],
      ['Connector:to-file', 'success', undefined],
    ],
  )
})

test('what is changed at the console is told once, also where nobody is asked who they are', async (t) => {
  const { console, events } = await openLeat(t)
  const headers = { 'x-leat-console': '1' }
  const topic = { name: 'made', partitions: 1 }
  assert.equal((await console('POST', '/api/topics', { headers, body: topic })).status, 201)
  const level = { headers, body: { compatibility: 'FULL' } }
  assert.equal((await console('PUT', '/api/registry/config', level)).status, 200)
  const logger = '/api/connect/admin/loggers/root'
  await eventually('Connect is ready', async () => {
    return (await console('GET', '/api/connect/', { headers })).status === 200
  })
  const put = await console('PUT', logger, { headers, body: { level: 'DEBUG' } })
  assert.equal(put.status, 200)
  const told = await events(3)
  assert.deepEqual(
    told.map(({ subject, data }) => [subject, data.principal, data.client.address, data.request]),
    [
      ['Topic:made', anonymous, '127.0.0.1', 'POST /api/topics'],
      ['Subject:', anonymous, '127.0.0.1', 'PUT /config'],
      ['Logger:root', anonymous, '127.0.0.1', 'PUT /admin/loggers/:logger'],
    ],
  )
})

test('wherever a secret stands in a configuration, it is not told', () => {
  const connectors = new Connectors({
    ...({ configs: { connector: () => undefined } } as unknown as ConnectorsOptions),
    ...{ plugins: new Plugins(plugins), defaults: {} },
  })
  const told = (config: Record<string, string | null>) =>
    JSON.stringify(connectors.told('x', config, true))
  const common = {
    'key.converter.schema.registry.url': 'http://user:s3cret@registry:8081',
    'value.converter': 'io.confluent.connect.avro.AvroConverter',
    'value.converter.schema.registry.url': 'http://registry:8081?token=s3cret&a=s3cret;b=s3cret',
    'value.converter.basic.auth.user.info': 'user:s3cret',
    'value.converter.bearer.auth.token': 's3cret',
    'value.converter.schema.registry.ssl.keystore.password': 's3cret',
    transforms: 'header,field,mask,unknown',
    'transforms.header.type': 'InsertHeader',
    'transforms.header.value.literal': 'Bearer s3cret',
    'transforms.field.type': 'InsertField$Value',
    'transforms.field.static.value': 's3cret',
    'transforms.mask.type': 'MaskField$Value',
    'transforms.mask.replacement': 's3cret',
    'transforms.unknown.type': 'org.example.Unknown',
    'transforms.unknown.key': 's3cret',
    'consumer.override.sasl.jaas.config': 'PlainLoginModule required password="s3cret";',
    'producer.override.ssl.key.password': 's3cret',
    'admin.override.sasl.password': 's3cret',
    'connection.url': 'jdbc:mysql://user:s3/cret@s3cret@db/x?password=s3cret&useSSL=true#s3',
    'store.url': 'https://bucket.example/x#key=a s3cret',
    'http.api.url': 'https://api.example/in?key=a s3cret',
    'mqtt.server.uri': 'tcp://u:a s3cret b@broker:1883',
    'redis.hosts': 'one:6379,user:s3cret@two:6379',
    'kafka.topic': 'readings password=s3cret',
    query: "SELECT * FROM t WHERE token = 's3cret'",
    'batch.prefix': '{"key":"s3cret","in":[',
    'no.such.option': 's3cret',
    password: '${env:PASSWORD:-s3cret}',
    token: 's3cret',
  }
  const known = plugins.flatMap((plugin) =>
    [...plugin.names].slice(0, 1).map((name) => ({ name, plugin })),
  )
  assert.ok(known.length > 10)
  for (const { name, plugin } of known) {
    const passwords = Object.entries(plugin.options).filter(([, { type }]) => type === 'password')
    const own = Object.fromEntries(passwords.map(([option]) => [option, 's3cret']))
    const said = told({ ...common, ...own, 'connector.class': name })
    assert.doesNotMatch(said, /s3cret/, `${name}: ${said}`)
    assert.ok(said.includes(`"connector.class":"${name}"`), said)
  }
  assert.doesNotMatch(told({ ...common, 'connector.class': 'org.example.Nobody' }), /s3cret/)
  assert.doesNotMatch(told(common), /s3cret/)
})

test('what is plain is told as it is, and a configuration without end has an end', () => {
  const connectors = new Connectors({
    ...({
      configs: { connector: () => ({ config: { topics: 'a', file: 'x' } }) },
    } as unknown as ConnectorsOptions),
    ...{ plugins: new Plugins(plugins), defaults: {} },
  })
  const config = {
    ...{ 'connector.class': 'JdbcSink', topics: 'a', 'tasks.max': '4', 'insert.mode': 'upsert' },
    'topics.regex': 'plant-(a|b)?-.*;x',
    'connection.url': 'jdbc:mysql://db.example:3306/plant',
    'connection.user': 'leat',
    'connection.password': '${file:./secrets/db}',
  }
  const { changed, ...told } = connectors.told('x', config, true)
  assert.deepEqual(told, { config: { ...config, 'connector.class': 'JdbcSink' } })
  assert.deepEqual([...changed].sort(), [
    ...['connection.password', 'connection.url', 'connection.user', 'connector.class', 'file'],
    ...['insert.mode', 'tasks.max', 'topics.regex'],
  ])
  const junk = Array.from({ length: 10_000 }, (_, index) => [`a${index}`.padEnd(500, 'x'), 'y'])
  const endless = connectors.told(
    'x',
    { ...Object.fromEntries(junk), ...config, topics: 't'.repeat(100_000) },
    true,
  )
  assert.ok(JSON.stringify(endless).length < 14_000)
  assert.ok((endless.more ?? 0) > 10_000)
  assert.equal(endless.config.topics, '[100000 characters]')
  assert.equal(endless.config['tasks.max'], '4', 'what leat knows comes first')
})

const readings = 'Subject:readings-value'
const reference = { name: 'x', subject: 'nowhere', version: 7 }
const properties = { owner: 's3cret' }

interface Told {
  readonly type: string
  readonly subject: string
  readonly source: string
  readonly data: {
    readonly outcome: string
    readonly principal: string
    readonly client: { readonly address: string }
    readonly error?: string
    readonly request: string
    readonly details?: Record<string, unknown>
  }
}

function withoutGuid({ details = {} }: Told['data']): object {
  const { guid: _, ...others } = details
  return others
}

async function openLeat(t: TestContext) {
  const running = await startInside(
    t,
    `
audit: {}
kafka: { listeners: [ { bind: 127.0.0.1:0 } ], topics: { readings: {} } }
registry: { bind: 127.0.0.1:0 }
connect: { bind: 127.0.0.1:0 }
console: { bind: 127.0.0.1:0 }
`,
  )
  const at =
    (door: 'registry' | 'connect' | 'console') =>
    (method: string, path: string, asked: Asked = {}) =>
      askDoor(`http://127.0.0.1:${running[door][0]?.port}${path}`, { method, ...asked })
  const all: Told[] = []
  const client = new KafkaClient({
    ...{ brokers: [`127.0.0.1:${running.kafka[0]?.port}`], clientId: 'test' },
  })
  t.after(() => client.close())
  const fetcher = client.fetcher({
    onRecords(_topic, _partition, records) {
      for (const { value } of records) all.push(JSON.parse(`${value}`))
    },
    onError: (error) => assert.fail(`${error}`),
  })
  fetcher.assign('leat-audit', 0, 0n)
  /** All changes over HTTP, once there are so many. */
  const events = async (count: number) => {
    const found = () => all.filter(({ source }) => source === '/leat/http')
    await eventually('all is told', () => found().length >= count)
    return found()
  }
  return { registry: at('registry'), connect: at('connect'), console: at('console'), events }
}
