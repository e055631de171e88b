import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { commands } from './commands/index.ts'
import { runCli } from './testing/run-cli.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'leat-cli-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

test('help goes to stdout and ends well', async () => {
  const { code, stdout } = await runCli(['--help'])
  assert.equal(code, 0)
  for (const name of Object.keys(commands)) assert.match(stdout, new RegExp(`^  ${name} `, 'm'))
})

test('the README lists every command', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'))
  const names = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(?:leat )?([a-z]+)/g)].map(([, name]) => name),
  )
  assert.deepEqual(
    Object.keys(commands).filter((name) => !names.includes(name)),
    [],
  )
})

test('without a command the help goes to stderr and the usage is wrong', async () => {
  const { code, stdout, stderr } = await runCli([])
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /A command is missing/)
})

test('every option of every command has a sentence and an example', async () => {
  for (const [name, { load }] of Object.entries(commands)) {
    const loaded = await load()
    const all =
      'actions' in loaded ? Object.values(loaded.actions).map((one) => one.command) : [loaded]
    for (const { options, examples } of all) {
      assert.ok(examples.length > 0, name)
      for (const [option, { about, example }] of Object.entries(options)) {
        assert.match(about, /^[A-Z].*\.$/, `${name} --${option}`)
        assert.ok(example.includes(`-${option}`) || example.startsWith('-'), `${name} --${option}`)
      }
    }
  }
})

test('every command and action explains itself', async () => {
  for (const [name, { load }] of Object.entries(commands)) {
    const loaded = await load()
    const lines =
      'actions' in loaded ? Object.keys(loaded.actions).map((one) => [name, one]) : [[name]]
    for (const line of lines) {
      const { code, stdout } = await runCli([...line, '--help'])
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`Usage: leat ${line.join(' ')} `))
    }
  }
})

test('a mistyped command, action or option is answered with the one that was meant', async () => {
  assert.match((await runCli(['prodcue', 't'])).stderr, /did you mean 'produce'\?/)
  assert.match((await runCli(['topics', 'creat'])).stderr, /did you mean 'create'\?/)
  const { code, stderr } = await runCli(['check', '--fil', 'x'])
  assert.match(stderr, /did you mean '--file'\?/)
  assert.equal(code, 2)
})

test('a wrong file is said with line, column and cure, and starts nothing', async (t) => {
  const file = join(folder(t), 'leat.yml')
  writeFileSync(file, 'kafka:\n  listenrs: []\n')
  for (const command of ['check', 'up']) {
    const { code, stderr } = await runCli([command, '-f', file])
    assert.equal(code, 2)
    assert.match(stderr, /leat\.yml:2:3 'listenrs' is no setting of 'kafka'; write 'listeners'\./)
  }
})

test('init writes a file that check accepts, and leaves one that is there alone', async (t) => {
  const file = join(folder(t), 'leat.yml')
  assert.equal((await runCli(['init', '-f', file])).code, 0)
  const { code, stdout } = await runCli(['check', '-f', file, '-o', 'json'])
  assert.equal(code, 0)
  assert.deepEqual(
    JSON.parse(stdout).map(({ part }: { part: string }) => part),
    ['kafka', 'mqtt', 'registry', 'connect', 'console'],
  )
  writeFileSync(file, 'mine')
  const again = await runCli(['init', '-f', file])
  assert.equal(again.code, 1)
  assert.equal(readFileSync(file, 'utf8'), 'mine')
})

test('check warns of doors that are open to other machines', async (t) => {
  const file = join(folder(t), 'leat.yml')
  writeFileSync(file, 'mqtt: { listeners: [ { bind: 0.0.0.0:1883 } ] }')
  const { code, stderr } = await runCli(['check', '-f', file])
  assert.equal(code, 0)
  assert.match(stderr, /MQTT listens on 0\.0\.0\.0:1883 WITHOUT AUTHENTICATION/)
})

test('check warns of secrets that other machines can overhear, and of logins no more', async (t) => {
  const file = join(folder(t), 'leat.yml')
  writeFileSync(
    file,
    'kafka: { listeners: [ { bind: 0.0.0.0:9092, auth: [ SCRAM-SHA-256 ] }, { bind: 0.0.0.0:9093, auth: [ PLAIN ] } ] }',
  )
  const { stderr } = await runCli(['check', '-f', file])
  assert.match(stderr, /Kafka listens on 0\.0\.0\.0:9093 WITHOUT TLS/)
  assert.doesNotMatch(stderr, /9092|AUTHENTICATION/)
})

test('an offset may begin with a minus', async () => {
  const { stderr } = await runCli(['consume', 't', '--offset', '-x'])
  assert.match(stderr, /ambiguous/)
  const { stderr: other } = await runCli(['consume', 't', '--offset', '-5x', '-b', 'h:1'])
  assert.doesNotMatch(other, /ambiguous/)
})

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  assert.equal(JSON.parse((await runCli(['version', '-o', 'json'])).stdout).leat, version)
})
