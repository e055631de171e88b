// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { isError } from '../base/errors.ts'
import { defaultConfig } from './config.ts'
import { parseConfig, readConfigFiles } from './config-file.ts'
import { mirrorConnectors } from './mirrors.ts'

const parse = (source: string, environment: Record<string, string> = {}) =>
  parseConfig(source, 'leat.yml', environment)

const problemsOf = async (source: string): Promise<string> => {
  try {
    await parse(source)
  } catch (error) {
    assert.ok(isError(error, 'config-invalid'))
    return error.message
  }
  return ''
}

test('a file starts the parts that it names, each setting having a default', async () => {
  const config = await parse('mqtt:\n')
  assert.deepEqual(config.mqtt, defaultConfig().mqtt)
  assert.deepEqual(config.kafka, defaultConfig().kafka)
  assert.equal(config.console, undefined)
})

test('an empty file starts the broker alone', async () => {
  const config = await parse('')
  assert.equal(config.mqtt, undefined)
  assert.deepEqual(config.kafka.listeners[0]?.bind, { host: 'localhost', port: 9092 })
})

test('topics take partitions and the configurations of Kafka by their own names', async () => {
  const { kafka } = await parse(
    'kafka: { topics: { iot.t: { partitions: 3, retention.ms: 7200000 } } }',
  )
  assert.deepEqual(kafka.topics, {
    'iot.t': { partitions: 3, config: { 'retention.ms': '7200000' } },
  })
})

test('the way to a cluster has TLS and a login, with paths from the folder of the file', async () => {
  const { kafka } = await parseConfig(
    `kafka:
  brokers: [ k1:9093 ]
  tls: { ca: ./ca.crt, cert: client.crt }
  sasl: { mechanism: SCRAM-SHA-512, username: leat, password: "\${env:SECRET}" }
`,
    '/etc/leat/leat.yml',
    { SECRET: 'hidden' },
  )
  assert.deepEqual([kafka.tls?.ca, kafka.tls?.cert], ['/etc/leat/ca.crt', '/etc/leat/client.crt'])
  const { mechanism, username, password } = kafka.sasl ?? {}
  assert.deepEqual([mechanism, username, password], ['SCRAM-SHA-512', 'leat', 'hidden'])
})

const wrongFiles: [string, string, string][] = [
  [
    'a step of a pipeline that is none',
    'pipelines:\n  warm:\n    from: a\n    to: b\n    steps: [ fliter: "true" ]\n',
    `leat.yml:5:14 'fliter' is no step; write 'filter', such as { filter: "value.temperature != null" }.`,
  ],
  [
    'an expression that is none',
    'pipelines:\n  warm: { from: a, to: b, steps: [ filter: "value.t >" ] }\n',
    "leat.yml:2:44 'value.t >' is no expression: at character 10, unexpected token: EOF.",
  ],
  [
    'a topic with schemas, and no registry',
    'kafka: { topics: { t: { confluent.value.schema.validation: true } } }',
    "leat.yml:1:25 'confluent.value.schema.validation' needs a schema registry; write 'registry: {}' for leat's own, or 'registry: { urls: [ … ] }'.",
  ],
  [
    'a route with a schema, and no registry',
    'mqtt:\n  routes:\n    - { from: a, to: b, schema: {} }\n',
    "leat.yml:3:25 'schema' needs a schema registry; write 'registry: {}' for leat's own, or 'registry: { urls: [ … ] }'.",
  ],
  [
    'a route with a schema in a file that is not there',
    'registry: {}\nmqtt:\n  routes:\n    - { from: a, to: b, schema: { file: /none.avsc } }\n',
    "leat.yml:4:41 The schema in '/none.avsc' cannot be used: it cannot be read (ENOENT); is the path right?",
  ],
  [
    'a pipeline with a connector, and no Connect',
    'pipelines:\n  warm: { from: a, to: { topic: b, connector: { connector.class: F } } }\n',
    "leat.yml:2:3 'warm' has a connector, and no Connect runs here; write 'connect: {}'.",
  ],
  [
    'a connector of a pipeline whose name another has',
    'connect: { connectors: { b: { connector.class: F } } }\npipelines:\n  warm: { from: a, to: { topic: b, connector: { connector.class: F } } }\n',
    "leat.yml:3:3 The connector 'b' of 'warm' is one of 'connect', too; write another 'name' into it.",
  ],
  [
    'a pipeline that leads nowhere',
    'pipelines:\n  warm: { from: a }\n',
    "leat.yml:2:3 'warm' has no target; write 'to: TOPIC'.",
  ],
  [
    'a text where a list belongs',
    'mqtt:\n  routes: sensor\n',
    "leat.yml:2:11 'routes' is 'sensor'; write a list such as [ { from: plant/+/temperature, to: temperatures } ].",
  ],
  [
    'a mistyped part, with the name that was meant',
    'data: ./d\nkafak: {}\n',
    "leat.yml:2:1 'kafak' is no setting of leat.yml; write 'kafka'.",
  ],
  [
    'a setting that does not exist, with those that do',
    'kafka:\n  listeners:\n    - { bind: 127.0.0.1:9092, colour: red }\n',
    "leat.yml:3:31 'colour' is no setting of 'listeners'; its settings are bind, advertised, auth, tls, principalMappingRules.",
  ],
  [
    'a rule for principals that is none',
    "kafka:\n  listeners:\n    - { bind: 127.0.0.1:9092, principalMappingRules: 'RULE:(/x/' }\n",
    "leat.yml:3:54 'principalMappingRules': 'RULE:(/x/' is no rule for principals (Invalid regular expression: /(/gu: Unterminated group); write DEFAULT or RULE:pattern/replacement/, with L or U behind it for lower or upper case.",
  ],
  [
    'a port that is none',
    'console: { bind: 127.0.0.1:http }\n',
    "leat.yml:1:18 'bind' is '127.0.0.1:http'; write HOST:PORT such as localhost:8080.",
  ],
  [
    'a choice that is none',
    'kafka: { durability: maybe }\n',
    "leat.yml:1:22 'durability' is 'maybe'; write disk or os such as disk.",
  ],
  [
    'a setting that is missing',
    'mqtt:\n  routes:\n    - { from: a/b }\n',
    "leat.yml:3:7 'to' is missing; write 'to: temperatures'.",
  ],
  [
    'a number of partitions that is none',
    'kafka: { topics: { t: { partitions: many } } }\n',
    "leat.yml:1:37 'partitions' is 'many'; write a whole number from 1 to 10000 such as 3.",
  ],
  [
    'a topic name that Kafka does not have',
    'kafka: { topics: { a/b: {} } }\n',
    "leat.yml:1:20 'a/b' is no name for a topic; write at most 249 letters, digits, dots, '-' and '_'.",
  ],
  [
    'settings of the embedded broker beside those of a cluster',
    'kafka:\n  brokers: [ k1:9092 ]\n  durability: os\n',
    "leat.yml:3:3 'durability' belongs to the embedded broker, which 'brokers' replaces; delete one of the two.",
  ],
  [
    'the way to a cluster that is not named',
    'kafka:\n  tls: {}\n',
    "leat.yml:2:3 'tls' is for the way to a cluster that 'brokers' names; TLS and logins of the embedded broker belong to its 'listeners'.",
  ],
  [
    'a password for all to read',
    'kafka:\n  brokers: [ k1:9093 ]\n  sasl: { mechanism: PLAIN, username: leat, password: hidden }\n',
    `leat.yml:3:55 'password' stands here for all to read; write "\${env:KAFKA_PASSWORD}" or "\${file:./secrets/kafka}".`,
  ],
  [
    'a login without what it needs',
    'kafka:\n  brokers: [ k1:9093 ]\n  sasl: { mechanism: PLAIN, username: leat }\n',
    "leat.yml:3:9 PLAIN needs 'password' (sasl.password in Kafka's own keys).",
  ],
  [
    'a broker configuration that Kafka does not have',
    'kafka:\n  config: { num.partitons: 3 }\n',
    "leat.yml:2:13 Broker setting 'num.partitons' is '3'; write a key that leat knows.",
  ],
  [
    'a topic configuration with a wrong value',
    'kafka: { topics: { t: { retention.ms: soon } } }\n',
    "leat.yml:1:25 Invalid value 'soon' for configuration 'retention.ms': write a whole number from -1 to 9223372036854775807.",
  ],
  [
    'a rule about nothing',
    'access:\n  acls: [ { principal: alice, operations: [ Read ] } ]\n',
    'leat.yml:2:11 A rule is about one resource; write one of topic, group, cluster, transactionalId, delegationToken, user.',
  ],
  [
    'a rule about something that cannot be done',
    'access:\n  acls: [ { principal: alice, operations: [ Write ], group: g } ]\n',
    "leat.yml:2:43 'Write' is nothing that is done with a group; write some of All, Read, Describe, Delete, DescribeConfigs, AlterConfigs.",
  ],
  [
    "a quota that is nobody's",
    'access:\n  quotas: [ { producer_byte_rate: 1 } ]\n',
    'leat.yml:2:13 A quota is somebody’s; write user, client-id or ip.',
  ],
  [
    'a quota that an address cannot have',
    'access:\n  quotas: [ { ip: 10.0.0.7, producer_byte_rate: 5 } ]\n',
    'leat.yml:2:49 Invalid configuration key producer_byte_rate.',
  ],
  [
    'rules beside a cluster that has its own',
    'kafka: { brokers: [ k1:9092 ] }\naccess:\n  superUsers: [ admin ]\n',
    "leat.yml:3:3 'superUsers' is for the embedded broker, which 'brokers' replaces: that cluster has rules of its own; delete one of the two.",
  ],
  [
    'a password that stands in the file',
    'access:\n  users:\n    my-user: { password: secret }\n',
    'leat.yml:3:26 \'password\' stands here for all to read; write "${env:MY_USER_PASSWORD}" or "${file:./secrets/my-user}".',
  ],
  [
    'a secret key that stands in the file',
    'kafka:\n  config: { delegation.token.secret.key: open }\n',
    'leat.yml:2:42 \'delegation.token.secret.key\' stands here for all to read; write "${env:DELEGATION_TOKEN_PASSWORD}" or "${file:./secrets/delegation-token}".',
  ],
  [
    'a password that stands in for a variable',
    'access:\n  users:\n    bob: { password: "${env:BOB:-secret}" }\n',
    'leat.yml:3:22 \'password\' stands here for all to read; write "${env:BOB_PASSWORD}" or "${file:./secrets/bob}".',
  ],
  [
    'a route that is there twice',
    'mqtt:\n  routes:\n    - { from: a, to: b }\n    - { from: a, to: c }\n',
    "leat.yml:4:7 'a' stands in 'routes' twice; keep one of the two. The other one is at leat.yml:3:7.",
  ],
  [
    'a switch that is neither on nor off',
    'mqtt: { enabled: perhaps }\n',
    "leat.yml:1:18 'enabled' is 'perhaps'; write true or false.",
  ],
  [
    'a mechanism of login that there is not',
    'kafka:\n  listeners: [ { bind: localhost:9092, auth: [ GSSAPI ] } ]\n',
    "leat.yml:2:48 'auth' is 'GSSAPI'; write PLAIN or SCRAM-SHA-256 or SCRAM-SHA-512 or OAUTHBEARER such as SCRAM-SHA-512.",
  ],
  [
    'tokens that nobody can check',
    'kafka:\n  listeners: [ { bind: localhost:9092, auth: [ OAUTHBEARER ] } ]\n',
    "leat.yml:2:46 OAUTHBEARER needs keys to check tokens with; write 'access: { tokens: { jwks: … } }'.",
  ],
  [
    'tokens at the MQTT door that nobody can check',
    'mqtt:\n  listeners: [ { bind: localhost:1883, auth: [ token ] } ]\n',
    "leat.yml:2:46 'token' needs keys to check tokens with; write 'access: { tokens: { jwks: … } }'.",
  ],
  [
    'an audit log in what is no topic',
    'audit: { topic: "a/b" }\n',
    "leat.yml:1:17 'topic' is 'a/b'; write the name of a topic such as leat-audit.",
  ],
  [
    'a listener that nobody can pass',
    'kafka:\n  listeners: [ { bind: localhost:9092, auth: [] } ]\n',
    "leat.yml:2:46 'auth' is empty, so that nobody can log in; write [ SCRAM-SHA-512 ].",
  ],
  [
    'keys that travel in clear',
    'access:\n  tokens: { jwks: "http://login.example/keys" }\n',
    "leat.yml:2:19 'jwks' is 'http://login.example/keys'; write a file, an address with https, or one of this machine with http such as https://login.example/jwks.json.",
  ],
  [
    'a secret that is not set',
    'data: "${env:NOWHERE}"\n',
    'leat.yml:1:7 ${env:NOWHERE} names an environment variable that is not set; set NOWHERE.',
  ],
]

for (const [title, source, expected] of wrongFiles) {
  test(`${title} is said with line, column and cure`, async () => {
    assert.equal((await problemsOf(source)).split('\n')[0], expected)
  })
}

test('all that is wrong with a file is said at once, from top to bottom', async () => {
  const problems = await problemsOf('mqtt: 5\nkafka: { durability: x }\nconsole: { bind: y }\n')
  assert.deepEqual(
    problems.split('\n').map((line) => line.slice(0, 12)),
    ['leat.yml:1:7', 'leat.yml:2:2', 'leat.yml:3:1'],
  )
})

test('broken YAML is said with its place', async () => {
  assert.match(await problemsOf('kafka: { listeners: [\n'), /^leat\.yml:\d+:\d+ /)
})

test('secrets of connectors are left to their tasks, wherever the connectors stand', async () => {
  const { connect, pipelines } = await parse(
    'connect: { connectors: { a: { connector.class: F, password: "${env:A}" } } }\n' +
      'pipelines: { p: { from: i, to: [ { topic: b, connector: { connector.class: F, password: "${env:B}" } } ] } }\n',
  )
  assert.equal(connect?.connectors.a?.password, '${env:A}')
  assert.equal(pipelines?.p?.to[0]?.connector?.password, '${env:B}')
})

test('secrets come from the environment and from files beside leat.yml', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'port'), '19092\n')
  const file = join(folder, 'leat.yml')
  writeFileSync(file, 'data: "/${env:WHERE}"\nconsole: { bind: "127.0.0.1:${file:port}" }\n')
  const config = await readConfigFiles([file], { WHERE: 'there' })
  assert.equal(config.data, '/there')
  assert.equal(config.console?.bind.port, 19092)
})

test('a path in a file is relative to the folder of the file', async () => {
  assert.equal((await parseConfig('data: d', '/etc/leat/leat.yml', {})).data, '/etc/leat/d')
})

test('a file that is not there is an error that says what to do', async () => {
  await assert.rejects(readConfigFiles(['/nowhere/leat.yml'], {}), /leat init/)
})

test('a line of rules is one rule for each operation', async () => {
  const { access } = await parse(
    'access: { superUsers: [ admin ], acls: [ { principal: alice, operations: [ Read, Write ], topic: plant., pattern: prefixed, host: "::1" } ] }',
  )
  assert.deepEqual(access?.superUsers, ['User:admin'])
  const common = {
    resourceType: 'Topic',
    name: 'plant.',
    pattern: 'Prefixed',
    principal: 'User:alice',
    host: '0:0:0:0:0:0:0:1',
    permission: 'Allow',
  }
  assert.deepEqual(access?.acls.flat(), [
    { ...common, operation: 'Read' },
    { ...common, operation: 'Write' },
  ])
})

test('the secrets of a mirror stay references, because its connectors are kept in a topic', async () => {
  const { mirrors } = await parse(
    'mirrors: [ { alias: f, to: { brokers: [ c:9092 ] }, config: { target.cluster.sasl.jaas.config: "${env:JAAS}" } } ]',
    { JAAS: 'a secret' },
  )
  assert.deepEqual(mirrors?.[0]?.config, { 'target.cluster.sasl.jaas.config': '${env:JAAS}' })
})

test('TLS and logins of a mirror are said as those of kafka, and are the keys of its connectors', async () => {
  const { mirrors = [] } = await parse(
    `mirrors:
  - alias: f
    target: c
    to:
      brokers: [ c:443 ]
      tls: { ca: ./central.crt, serverName: kafka.example, keystore: ./own.p12, password: "\${env:P}" }
      sasl: { mechanism: SCRAM-SHA-512, username: f, password: "\${env:SECRET}" }`,
    { SECRET: 'a secret', P: 'another' },
  )
  const { 'f->c': source, 'f->c.heartbeats': beats } = mirrorConnectors(mirrors)
  const keys = {
    'bootstrap.servers': 'c:443',
    'security.protocol': 'SASL_SSL',
    'ssl.ca.location': resolve('central.crt'),
    'ssl.keystore.location': resolve('own.p12'),
    'ssl.keystore.password': '${env:P}',
    'leat.ssl.server.name': 'kafka.example',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.username': 'f',
    'sasl.password': '${env:SECRET}',
  }
  for (const [key, value] of Object.entries(keys)) {
    assert.equal(source?.[`target.cluster.${key}`], value, key)
    // Heartbeats come from the other side.
    assert.equal(beats?.[`source.cluster.${key}`], value, key)
  }
  assert.equal(source?.['source.cluster.bootstrap.servers'], 'own')
})

test('a password of a mirror that stands in the file, or a login that lacks one, is refused', async () => {
  const wrong = async (sasl: string) =>
    await problemsOf(`mirrors: [ { alias: f, to: { brokers: [ c:9092 ], sasl: ${sasl} } } ]`)
  assert.match(
    await wrong('{ mechanism: PLAIN, username: f, password: secret }'),
    /'password' stands here for all to read; write "\$\{env:F_PASSWORD\}"/,
  )
  assert.match(await wrong('{ mechanism: PLAIN, username: f }'), /PLAIN needs 'password'/)
  assert.match(
    await wrong('{ mechanism: OAUTHBEARER, token: "${env:T}" }'),
    /'token' is not known to mirrors/,
  )
})
