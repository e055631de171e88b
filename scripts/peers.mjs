/**
 * `npm run peers`: installs what the conformance tests and journeys run against (the list is
 * test/helpers/peer-list.ts) into $LEAT_PEERS or ~/.cache/leat-peers, never into the repository.
 * What is there already is only named. A peer that cannot be had is named too, with the cure.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { peers } from '../test/helpers/peer-list.ts'

const home = process.env.LEAT_PEERS ?? join(homedir(), '.cache', 'leat-peers')
const stampName = 'installed.json'
let packageListIsFresh = false

await mkdir(home, { recursive: true })
// Maven needs Java, and two Mavens must not share a repository: one lane each, side by side.
const systemRows = await inOrder(peers.filter(({ kind }) => kind === 'system'))
const [mavenRows, goRows, pythonRows, npmRows] = await Promise.all([
  inOrder(peers.filter(({ kind }) => kind === 'maven')),
  inOrder(peers.filter(({ kind }) => kind === 'go')),
  inOrder(peers.filter(({ kind }) => kind === 'python')),
  inOrder(peers.filter(({ kind }) => kind === 'npm')),
])
const rows = [...systemRows, ...mavenRows, ...goRows, ...pythonRows, ...npmRows]
printTable(rows)
const failed = rows.filter((row) => row.error !== undefined && !row.rare)
for (const row of rows.filter(({ error }) => error !== undefined)) {
  console.error(`\n${row.name} is not installed: ${row.error}`)
}
process.exitCode = failed.length === 0 ? 0 : 1

async function inOrder(wanted) {
  const rows = []
  for (const peer of wanted) rows.push(await provide(peer))
  return rows
}

/** Finds or installs one peer; the row says what came of it. */
async function provide(peer) {
  const start = performance.now()
  const row = { name: peer.name, version: peer.version ?? '', where: '', rare: peer.rare === true }
  try {
    Object.assign(row, await { system, maven, go, python, npm }[peer.kind](peer))
  } catch (error) {
    row.error = error.message
  }
  row.seconds = (performance.now() - start) / 1000
  return row
}

async function system({ packages, programs, versionOf }) {
  if (programs.some((program) => !onPath(program))) {
    if (!onPath('apt-get') || process.getuid?.() !== 0) {
      throw new Error(
        `install ${programs.join(', ')} (Debian: apt-get install ${packages.join(' ')})`,
      )
    }
    if (!packageListIsFresh) await run('apt-get', ['update', '-q'])
    packageListIsFresh = true
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const [program, ...args] = versionOf
  const said = await run(program, args, { anyExit: true })
  const version = /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? 'unknown'
  return { version, where: programs.map(onPath).join(' ') }
}

async function maven(peer) {
  const folder = join(home, peer.name)
  return installOnce(folder, peer, async () => {
    await writeFile(join(folder, 'pom.xml'), pomOf(peer))
    await rm(join(folder, 'libs'), { recursive: true, force: true })
    const target = peer.flat ? folder : join(folder, 'libs')
    if (!peer.flat) {
      await mvn(folder, ['dependency:copy-dependencies', `-DoutputDirectory=${target}`])
      return
    }
    for (const artifact of peer.artifacts) {
      await mvn(folder, [
        peer.unpacked ? 'dependency:unpack' : 'dependency:copy',
        `-Dartifact=${artifact}`,
        `-DoutputDirectory=${target}`,
      ])
    }
  })
}

function mvn(folder, args) {
  return run('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), ...args])
}

function pomOf({ name, artifacts, without = [], flat }) {
  const exclusions = without.map((excluded) => {
    const [groupId, artifactId] = excluded.split(':')
    return `<exclusion><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId></exclusion>`
  })
  const dependencies = artifacts.map((artifact) => {
    const [groupId, artifactId, version] = artifact.split(':')
    return `<dependency>
      <groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>
      <exclusions>${exclusions.join('')}</exclusions>
    </dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>leat.peers</groupId><artifactId>${name}</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${flat ? '' : dependencies.join('\n')}</dependencies>
</project>
`
}

/** Without symbols the program is smaller, and sooner linked. */
async function go(peer) {
  const folder = join(home, peer.name)
  return installOnce(folder, peer, async () => {
    if (!onPath('go')) throw new Error('it needs Go (a recent one: https://go.dev/dl), on PATH')
    const env = { ...process.env, GOBIN: join(folder, 'bin') }
    await run('go', ['install', '-ldflags=-s', `${peer.package}@v${peer.version}`], { env })
  })
}

async function python(peer) {
  const folder = join(home, peer.name)
  return installOnce(folder, peer, async () => {
    const interpreter = await findPython(peer.pythons)
    await rm(folder, { recursive: true, force: true })
    await run(interpreter, ['-m', 'venv', folder])
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check']
    await run(join(folder, 'bin', 'python'), [...pip, ...peer.requirements])
  })
}

async function npm(peer) {
  const folder = join(home, peer.name)
  return installOnce(folder, peer, async () => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
    const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder]
    await run('npm', ['install', ...quietly, ...peer.packages])
  })
}

/** The first Python of these versions that really starts: from PATH, else from pyenv. */
async function findPython(versions) {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  const kept = existsSync(pyenv) ? await readdir(pyenv) : []
  for (const version of versions) {
    const places = kept
      .filter((name) => name.startsWith(`${version}.`))
      .map((name) => join(pyenv, name, 'bin', 'python3'))
    for (const interpreter of [...places, `python${version}`]) {
      const works = await run(interpreter, ['-c', 'import venv, ensurepip']).then(
        () => true,
        () => false,
      )
      if (works) return interpreter
    }
  }
  throw new Error(`it needs Python ${versions.join(' or ')} (with venv), on PATH or in pyenv`)
}

/** The stamp is written last and holds the peer's definition: half an install counts for nothing. */
async function installOnce(folder, peer, install) {
  const stamp = join(folder, stampName)
  const definition = JSON.stringify(peer)
  const before = await readFile(stamp, 'utf8').catch(() => undefined)
  if (before !== definition) {
    await mkdir(folder, { recursive: true })
    await install()
    await writeFile(stamp, definition)
  }
  return { where: folder }
}

function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
}

/** Runs a program to its end; resolves to all that it said. */
function run(program, args, { env = process.env, anyExit = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0 || anyExit) return resolve(said)
      reject(new Error(`${program} ${args.join(' ')} ended with ${code}\n${said.slice(-2000)}`))
    })
  })
}

function printTable(rows) {
  const width = (key) => Math.max(...rows.map((row) => row[key].length))
  const [names, versions] = [width('name'), width('version')]
  for (const row of rows) {
    const took = `${row.seconds.toFixed(1)} s`.padStart(8)
    const where = row.error === undefined ? row.where : 'MISSING'
    console.log(`${row.name.padEnd(names)}  ${row.version.padEnd(versions)}  ${took}  ${where}`)
  }
}
