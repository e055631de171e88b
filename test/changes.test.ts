// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that.
/** What a start changes is told before; what is there beside the files can be asked for. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Logger, silentLogger } from '../src/base/logger.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../src/client/index.ts'
import { remember, rememberedBy } from '../src/platform/changes/memory.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { lineOf, planOf } from '../src/platform/index.ts'
import { start } from '../src/platform/start.ts'
import { IncrementalAlterConfigs } from '../src/protocols/kafka/apis/44-incremental-alter-configs.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'
import { freePorts } from './helpers/ports.ts'

const environment = { ALICE: 'wonderland', BOB: 'builder' }

/** A folder for a leat.yml and its data. */
async function place(t: TestContext) {
  const parts = new AsyncDisposableStack()
  t.after(() => parts.disposeAsync())
  const folder = temporaryFolder(t)
  const [kafka = 0] = await freePorts(1)
  const listeners = `listeners: [ { bind: 127.0.0.1:${kafka} } ]`
  const parse = (text: string) =>
    parseConfig(text.replace('LISTENERS', listeners), join(folder, 'leat.yml'), environment)
  return {
    folder,
    brokers: [`127.0.0.1:${kafka}`],
    parse,
    async up(text: string) {
      const told: string[] = []
      const warned: string[] = []
      const logger: Logger = {
        ...silentLogger,
        warn: (message) => warned.push(message),
        with: () => logger,
      }
      const running = parts.use(
        await start(await parse(text), logger, (one) => told.push(lineOf(one))),
      )
      return { running, told, warned }
    },
    async plan(text: string) {
      const { seen, differences } = await planOf(await parse(text))
      return { seen, lines: differences.map(lineOf) }
    },
  }
}

const first = `
kafka:
  LISTENERS
  topics: { readings: { partitions: 2, retention.ms: 1000 } }
mqtt: { listeners: [ { bind: 127.0.0.1:0 } ], routes: [ { from: a, to: readings } ] }
connect:
  bind: 127.0.0.1:0
  connectors: { keep: { connector.class: FileStreamSink, topics: readings, file: /dev/null } }
pipelines: { warm: { from: readings, steps: [ { filter: "true" } ], to: warm-readings } }
`
const second = `
kafka:
  LISTENERS
  topics: { readings: { partitions: 3, retention.ms: 2000 } }
mqtt: { listeners: [ { bind: 127.0.0.1:0 } ] }
connect: { bind: 127.0.0.1:0 }
`

test('a start tells what it changes, one with the same files tells nothing, and what is gone from them stops', async (t) => {
  const { up, plan } = await place(t)
  const created = [
    '+ topic readings is created: partitions 2, retention.ms 1000',
    '+ route a is created: to readings',
    '+ pipeline warm starts: from readings, steps {"filter":"true"}, to warm-readings',
    '+ connector keep starts: connector.class FileStreamSink, topics readings, file /dev/null',
  ]
  const changed = [
    '~ topic readings is changed: partitions 2 → 3, retention.ms 1000 → 2000',
    '- route a is removed',
    '- pipeline warm stops',
    '- connector keep stops',
  ]
  const before = await plan(first)
  assert.equal(before.seen, 'nothing')
  assert.deepEqual(
    before.lines.filter((line) => !/^\+ (part|listener)/.test(line)),
    created,
  )
  const one = await up(first)
  await eventually('connectors are told', () => one.told.length === created.length, 60_000)
  assert.deepEqual(one.told, created)
  const isSettled = async () => (await plan(first)).lines.length === 0
  await eventually('what was told is done', isSettled, 60_000)
  assert.deepEqual(await plan(first), { seen: 'running', lines: [] })
  await one.running[Symbol.asyncDispose]()

  const same = await up(first)
  await same.running[Symbol.asyncDispose]()
  assert.deepEqual([same.told, same.warned], [[], []])

  const left = '? topic warm-readings is not in the files, and stays: partitions 1'
  const planned = await plan(second)
  assert.deepEqual(
    planned.lines.filter((line) => !line.startsWith('?')),
    changed,
  )
  assert.ok(planned.lines.includes(left), planned.lines.join('\n'))
  const other = await up(second)
  await eventually('connectors are told', () => other.told.length === changed.length, 60_000)
  assert.deepEqual(other.told, changed)
  await other.running[Symbol.asyncDispose]()
})

const everyPart = `
kafka:
  LISTENERS
mqtt: { listeners: [ { bind: 127.0.0.1:0 } ], limits: { connections: 50 } }
registry: { bind: 127.0.0.1:0 }
console: { bind: 127.0.0.1:0, session: { longestHours: 8 } }
`

/** What the files themselves say of it. */
const written = ['bind', 'durability', 'limits', 'connections', 'session.longestHours']

test('defaults that an older leat did not know are no change, and what the files say of them is', async (t) => {
  const { up, plan, brokers } = await place(t)
  const one = await up(everyPart)
  const isSettled = async () => (await plan(everyPart)).lines.length === 0
  await eventually('what the files say is kept', isSettled, 60_000)
  {
    await using client = new KafkaClient({ brokers, clientId: 'test' })
    const things = (await rememberedBy(client, 'leat')) ?? []
    const older = things.map(({ says, ...thing }) => ({
      ...thing,
      says: Object.fromEntries(Object.entries(says).filter(([key]) => written.includes(key))),
    }))
    assert.ok(JSON.stringify(older).length < JSON.stringify(things).length)
    await remember(client, 'leat', older, silentLogger)
  }
  assert.deepEqual((await plan(everyPart)).lines, [])
  const shorter = everyPart.replace('longestHours: 8', 'longestHours: 8, idleMinutes: 5')
  const expected = ['~ part console is changed: session.idleMinutes (default) → 5']
  assert.deepEqual((await plan(shorter)).lines, expected)
  await one.running[Symbol.asyncDispose]()

  const same = await up(everyPart)
  await same.running[Symbol.asyncDispose]()
  assert.deepEqual([same.told, same.warned], [[], []])
  const other = await up(shorter)
  await other.running[Symbol.asyncDispose]()
  assert.deepEqual(other.told, ['~ part console is changed: session.idleMinutes 30 → 5'])
})

test('what is otherwise at the registry is told, and how leat logs in to another one is not shown', async (t) => {
  const { up, plan } = await place(t)
  const registry = 'registry: { bind: 127.0.0.1:0'
  const one = await up(`kafka: { LISTENERS }\n${registry} }\n`)
  const open = `kafka: { LISTENERS }\n${registry}, allowedHosts: [ plant.example ] }\n`
  const isTold = async () => (await plan(open)).lines.length === 1
  await eventually('what the files say is kept', isTold, 60_000)
  assert.deepEqual((await plan(open)).lines, [
    '~ part registry is changed: allowedHosts (none) → plant.example',
  ])
  await one.running[Symbol.asyncDispose]()
  const config =
    '{ basic.auth.user.info: "${env:ALICE}", schema.registry.ssl.keystore.key: "${env:BOB}" }'
  const { lines } = await plan(`
kafka: { LISTENERS }
registry: { urls: [ http://registry.example ], config: ${config} }
`)
  assert.match(lines.join(), /basic\.auth\.user\.info/)
  for (const secret of Object.values(environment)) assert.ok(!lines.join().includes(secret), secret)
})

/** Every file, with its bytes and its time. */
function stateOf(folder: string): unknown[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return files.map((name) => {
    const path = join(folder, name)
    const { mtimeMs } = statSync(path)
    return statSync(path).isDirectory()
      ? [name, mtimeMs]
      : [name, mtimeMs, readFileSync(path, 'base64')]
  })
}

test('data at rest are looked at and not touched', async (t) => {
  const { folder, up, plan } = await place(t)
  const { running } = await up(first)
  await running[Symbol.asyncDispose]()
  const before = stateOf(join(folder, 'leat-data'))
  const { seen, lines } = await plan(second)
  assert.equal(seen, 'data at rest')
  assert.ok(
    lines.includes('~ topic readings is changed: partitions 2 → 3, retention.ms 1000 → 2000'),
  )
  assert.deepEqual(stateOf(join(folder, 'leat-data')), before)
})

test('what somebody made or set beside the files is shown, and what the files alone have', async (t) => {
  const { up, plan, brokers } = await place(t)
  await up(first)
  const isSettled = async () => (await plan(first)).lines.length === 0
  await eventually('what was told is done', isSettled, 60_000)
  await using client = new KafkaClient({ brokers, clientId: 'test' })
  await client.createTopics([{ name: 'extra', partitions: 1 }])
  const configs = [{ name: 'segment.ms', configOperation: 0, value: '60000' }]
  const resources = [{ resourceType: 2, resourceName: 'readings', configs }]
  await client.request(IncrementalAlterConfigs, { resources, validateOnly: false })
  const text = first.replace('routes: [', 'routes: [ { from: b, to: more }, ')
  assert.deepEqual((await plan(text)).lines, [
    '? topic readings is not in the files, and stays: segment.ms 60000',
    '? topic extra is not in the files, and stays: partitions 1',
    '+ route b is created: to more',
  ])
})

const guarded = `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-256 ] } ] }
access:
  users: { alice: { password: "\${env:ALICE}" }, bob: { password: "\${env:BOB}" } }
  acls: [ { principal: alice, operations: [ Write ], topic: readings } ]
  quotas: [ { user: alice, producer_byte_rate: 1000 } ]
`

test('users, rules and quotas of the files are told, without their secrets, where everybody has to log in', async (t) => {
  const { up, plan } = await place(t)
  const one = await up(guarded)
  assert.deepEqual(one.told, [
    '+ user alice is created',
    '+ user bob is created',
    '+ rule Allow User:alice Write Topic readings is created',
    '+ quota user alice is created: producer_byte_rate 1000',
  ])
  await assert.rejects(
    plan(guarded),
    /all its listeners ask for a login or TLS; .*--command-config/,
  )
  await one.running[Symbol.asyncDispose]()
  const less = guarded.replace(/, bob: \{[^}]*\}" \}/, '').replace('1000', '2000')
  const expected = [
    '- user bob is removed',
    '~ quota user alice is changed: producer_byte_rate 1000 → 2000',
  ]
  assert.deepEqual((await plan(less)).lines, expected)
  const other = await up(less)
  assert.deepEqual([other.told, other.warned], [expected, []])
  await other.running[Symbol.asyncDispose]()
})

test('where a leat runs that asks for a login, a dry run logs in by a file', async (t) => {
  const { folder, up, brokers } = await place(t)
  const door = `bind: "${brokers[0]}"`
  const text = guarded
    .replace('bind: 127.0.0.1:0', door)
    .replace('  acls:', '  superUsers: [ bob ]\n  acls:')
  const [before, after] = [text, text.replace('quotas:', '# quotas:')]
  writeFileSync(join(folder, 'leat.yml'), after)
  const login = join(folder, 'bob.properties')
  writeFileSync(
    login,
    'security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-256\nsasl.username=bob\nsasl.password=builder\n',
  )
  await up(before)
  const asked = ['-f', folder, '--command-config', login]
  const dry = () => runCli(['up', '--dry-run', ...asked], { environment })
  // What the files said is kept a moment after the start.
  await eventually('it is kept', async () => !(await dry()).stdout.includes('+'), 60_000)
  assert.deepEqual(await dry(), {
    code: 0,
    stdout: '- quota user alice is removed\n',
    stderr: 'Compared with what is running.\n',
  })
})
