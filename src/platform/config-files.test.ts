// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isError } from '../base/errors.ts'
import { readConfigFiles } from './config-file.ts'

/** A folder with these files, by their names. */
function folderWith(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-files-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

async function problemsOf(folder: string): Promise<string[]> {
  try {
    await readConfigFiles([folder], {})
  } catch (error) {
    assert.ok(isError(error, 'config-invalid'))
    return error.message.replaceAll(`${folder}/`, '').split('\n')
  }
  return []
}

test('the files of a folder are one: parts and names stand together, lists end to end', async (t) => {
  const folder = folderWith(t, {
    'a.yml': 'kafka: { topics: { one: {} } }\nmqtt: { routes: [ { from: a, to: one } ] }\n',
    'b.yaml': 'kafka: { topics: { two: {} } }\nmqtt: { routes: [ { from: b, to: two } ] }\n',
    'c.yml': 'mqtt:\n',
    '.hidden.yml': 'nonsense: true\n',
    'notes.txt': 'nonsense',
    'certs/x.yml': 'nonsense: true\n',
  })
  const { kafka, mqtt } = await readConfigFiles([folder], {})
  assert.deepEqual(Object.keys(kafka.topics), ['one', 'two'])
  assert.deepEqual(
    mqtt?.routes.map(({ from }) => from),
    ['a', 'b'],
  )
})

test('a name in two files is an error that names both places', async (t) => {
  const folder = folderWith(t, {
    'a.yml': 'data: ./d\nkafka:\n  topics:\n    one: { partitions: 1 }\n',
    'b.yml': 'kafka:\n  topics: { one: { partitions: 2 } }\ndata: ./e\n',
  })
  assert.deepEqual(await problemsOf(folder), [
    "b.yml:2:13 'one' stands in another file, too; keep one of the two. The other one is at a.yml:4:5.",
    "b.yml:3:1 'data' stands in another file, too; keep one of the two. The other one is at a.yml:1:1.",
  ])
})

test('so is what stands twice in lists of two files', async (t) => {
  const mirror = '{ alias: f, target: c, to: { brokers: [ c:9092 ] } }'
  const folder = folderWith(t, {
    'a.yml': `mirrors:\n  - ${mirror}\n`,
    'b.yml': `# of the factory\nmirrors: [ ${mirror} ]\n`,
  })
  assert.deepEqual(await problemsOf(folder), [
    "b.yml:2:12 'f->c' stands in 'mirrors' twice; keep one of the two. The other one is at a.yml:2:5.",
  ])
})

test('what is wrong is said of the file in which it stands, in their order', async (t) => {
  const folder = folderWith(t, {
    'a.yml': 'mqtt: { routes: [ { from: a, to: b } ] }\nconsole: { bind: x }\n',
    'b.yml': 'mqtt:\n  routes:\n    - { from: b, ot: c }\n',
  })
  assert.deepEqual(await problemsOf(folder), [
    "a.yml:2:18 'bind' is 'x'; write HOST:PORT such as localhost:8080.",
    "b.yml:3:7 'to' is missing; write 'to: temperatures'.",
    "b.yml:3:18 'ot' is no setting of 'routes'; its settings are from, to, schema, key.",
  ])
})

test('paths and references are relative to their own file, and several may be named', async (t) => {
  const folder = folderWith(t, {
    'one/a.yml': 'data: ./d\n',
    'two/b.yml':
      'kafka: { listeners: [ { bind: "localhost:${file:port}", tls: { keystore: k.p12 } } ] }\n',
    'two/port': '9093\n',
  })
  const { data, kafka } = await readConfigFiles([join(folder, 'one'), `${folder}/two/b.yml`], {})
  assert.equal(data, join(folder, 'one/d'))
  assert.equal(kafka.listeners[0]?.bind.port, 9093)
  assert.equal(kafka.listeners[0]?.tls?.keystore, join(folder, 'two/k.p12'))
})

test('what is switched off is not there, and what only it needs is not asked for', async (t) => {
  const folder = folderWith(t, {
    'a.yml': `
mqtt:
  routes:
    - { from: a, to: b, enabled: false }
    - { from: "\${env:LINE}", to: b }
connect:
  connectors:
    off: { connector.class: F, enabled: "\${env:LAKE}" }
    on: { connector.class: F, enabled: "\${env:ON:-true}", password: "\${env:LATER}" }
registry: { enabled: "\${env:LAKE}" }
mirrors:
  - { enabled: false, alias: f, to: { brokers: [ "\${env:NOWHERE}" ] } }
`,
    'off.yml': 'enabled: false\nconsole: { bind: "${env:NOWHERE}" }\n',
  })
  const config = await readConfigFiles([folder], { LAKE: 'false', LINE: 'a' })
  assert.deepEqual(
    config.mqtt?.routes.map(({ from }) => from),
    ['a'],
  )
  assert.deepEqual(config.connect?.connectors, {
    on: { 'connector.class': 'F', password: '${env:LATER}' },
  })
  assert.equal(config.registry, undefined)
  assert.equal(config.console, undefined)
  assert.deepEqual(config.mirrors, [])
})

test('errors behind something that is switched off name the right line', async (t) => {
  const folder = folderWith(t, {
    'a.yml': 'mqtt:\n  routes:\n    - { from: a, to: b, enabled: false }\n    - { from: c }\n',
  })
  assert.deepEqual(await problemsOf(folder), [
    "a.yml:4:7 'to' is missing; write 'to: temperatures'.",
  ])
})

test('without a Kafka nothing is started that works with one', async (t) => {
  const folder = folderWith(t, {
    'a.yml':
      'kafka: { enabled: "${env:ENABLE_BROKER:-true}" }\nmqtt:\nregistry:\nconnect:\nconsole:\n',
  })
  const off = await readConfigFiles([folder], { ENABLE_BROKER: 'false' })
  const { mqtt, registry, connect, console, kafka } = off
  assert.deepEqual(
    [mqtt, registry, connect, kafka.enabled],
    [undefined, undefined, undefined, false],
  )
  assert.notEqual(console, undefined)
  const on = await readConfigFiles([folder], {})
  assert.notEqual(on.mqtt, undefined)
})

test('where every file is switched off nothing is started', async (t) => {
  const folder = folderWith(t, { 'a.yml': 'enabled: false\nmqtt:\n' })
  const { kafka, mqtt } = await readConfigFiles([folder], {})
  assert.deepEqual([kafka.enabled, mqtt], [false, undefined])
})

test('a folder without files is an error that says what to do', async (t) => {
  const folder = folderWith(t, { 'readme.md': '' })
  await assert.rejects(readConfigFiles([folder], {}), /There is no file in .*'leat init -f /)
})
