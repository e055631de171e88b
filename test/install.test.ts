/** What a user without a checkout does: install the package, run it, and meet an old Node. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const repository = join(import.meta.dirname, '..')
const execute = promisify(execFile)

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-install-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The Nodes on the path that are too old for leat; the first that is found. */
async function oldNode(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'node')
    if (folder.includes('node_modules') || !existsSync(candidate)) continue
    const { stdout } = await execute(candidate, ['-p', 'process.versions.node'])
    if (Number(stdout.split('.')[0]) < 24) return candidate
  }
  return undefined
}

test('the packed package installs, starts with npx, takes a record, shows its page and stops', {
  timeout: 600_000,
}, async (t) => {
  const folder = temporaryFolder(t)
  // npm runs this test with settings in the environment that are not meant for the npm below it.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
  )
  env.PATH = `${dirname(process.execPath)}${delimiter}${env.PATH}`
  const packed = await execute('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: repository,
    env,
  })
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`]
  await execute('npm', install, { cwd: folder, env })

  const ports = ['kafka', 'mqtt', 'registry', 'connect', 'http'].flatMap((name) => [
    `--${name}-port`,
    '0',
  ])
  const leat = spawn('npx', ['leat', 'up', ...ports], { cwd: folder, env, detached: true })
  t.after(() => endGroup(leat, 'SIGKILL'))
  const { kafka, console } = await addressesOf(leat)
  const producer = execute('npx', ['leat', 'produce', 'greetings', '-b', kafka, '-o', 'json'], {
    cwd: folder,
    env,
  })
  producer.child.stdin?.end('hello\n')
  const { timestamp, ...place } = JSON.parse((await producer).stdout)
  assert.deepEqual(place, { topic: 'greetings', partition: 0, offset: 0 })
  assert.ok(Math.abs(Date.now() - timestamp) < 60_000)
  const page = await (await fetch(console)).text()
  const [, script = ''] = /src="([^"]+)"/.exec(page) ?? []
  const { status, headers } = await fetch(new URL(script, console))
  assert.deepEqual([status, headers.get('content-type')?.split(';')[0]], [200, 'text/javascript'])
  const ended = new Promise((resolve) => leat.once('exit', resolve))
  endGroup(leat, 'SIGTERM')
  await ended
  assert.ok(existsSync(join(folder, 'leat-data')))
})

test('what is missing is not installed through a link, which would empty a folder of somebody else', async (t) => {
  const [own, other] = [temporaryFolder(t), temporaryFolder(t)]
  writeFileSync(join(other, 'theirs'), '')
  symlinkSync(other, join(own, 'node_modules'))
  for (const file of ['package.json', 'package-lock.json', 'scripts']) {
    cpSync(join(repository, file), join(own, file), { recursive: true })
  }
  const run = execute(process.execPath, [join(own, 'scripts', 'ready.mjs')])
  const { stderr } = await run.then(
    () => assert.fail('it went on'),
    (error: { stderr: string }) => error,
  )
  assert.match(stderr, /node_modules is a link/)
  assert.deepEqual(readdirSync(other), ['theirs'])
})

test('an older Node says which one leat needs and how to run it', async (t) => {
  const node = await oldNode()
  if (node === undefined) return t.skip('there is no Node older than 24 on the path')
  const run = execute(node, [join(repository, 'bin', 'leat.mjs'), 'up', '--data', 'x'])
  const { code, stderr } = await run.then(
    () => assert.fail('an old Node ran leat'),
    (error: { code: number; stderr: string }) => error,
  )
  assert.equal(code, 1)
  assert.match(stderr, /leat needs Node 24 or newer, this is v/)
  assert.match(stderr, /npx -y -p node@24 -p leat leat up --data x/)
})

/** The first ones in the banner; the process has ended where there are none. */
function addressesOf(leat: ChildProcess): Promise<{ kafka: string; console: string }> {
  return new Promise((resolve, reject) => {
    let said = ''
    leat.stderr?.on('data', (piece) => {
      said += piece
      const kafka = /Kafka +([\d.]+:\d+)/.exec(said)?.[1]
      const console = /Console +(http:[\d./:]+)/.exec(said)?.[1]
      if (kafka !== undefined && console !== undefined) resolve({ kafka, console })
    })
    leat.once('exit', () => reject(new Error(`leat up ended: ${said}`)))
  })
}

/** npx is a parent of leat: the signal is for both. */
function endGroup(leat: ChildProcess, signal: NodeJS.Signals): void {
  if (leat.pid === undefined || leat.exitCode !== null || leat.signalCode !== null) return
  process.kill(-leat.pid, signal)
}
