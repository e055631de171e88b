// Runs before every npm script, also on the old Node of the machine: what package-lock.json names is
// installed and, with `--build`, dist/ is built from the sources. It does nothing, and says nothing,
// where nothing changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

try {
  if (!installed()) {
    demandOwnFolder()
    say('installing what package-lock.json names …')
    run(...npm(), 'ci', '--loglevel=error', '--no-fund', '--no-audit')
  }
  if (process.argv.includes('--build')) await build()
} catch (error) {
  say(error.message)
  process.exitCode = 1
}

/** Whether node_modules holds what package-lock.json names, by npm's own note of what it installed. */
function installed() {
  const wanted = read(join(root, 'package-lock.json'))
  // A published package has no lock file: its dependencies came with it.
  if (wanted === undefined) return true
  const note = read(join(root, 'node_modules', '.package-lock.json'))
  const present = note === undefined ? {} : JSON.parse(note).packages
  return Object.entries(JSON.parse(wanted).packages).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || present[path]?.version === version,
  )
}

/** `npm ci` empties the folder first, also one of somebody else's that a link points to. */
function demandOwnFolder() {
  const folder = join(root, 'node_modules')
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return
  throw new Error(`${folder} is a link, and lacks what package-lock.json names: install it there.`)
}

async function build() {
  const sources = join(root, 'src')
  if (!existsSync(sources)) return
  const dist = join(root, 'dist')
  const stamp = join(dist, '.built-from')
  const scripts = [fileURLToPath(import.meta.url), join(root, 'scripts', 'page.mjs')]
  const parts = [join(root, 'tsconfig.json'), ...scripts, ...filesIn(join(root, 'web'))]
  const wanted = digest(filesIn(sources).concat(parts).map(describe))
  if (read(stamp) === wanted) return
  say('building dist/ …')
  // Built beside and moved into place, so that a file that left src/ leaves dist/ and a failed
  // build changes nothing. Types are the business of `npm run check`.
  const fresh = join(root, 'node_modules', `.leat-build-${process.pid}`)
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  try {
    run(node(), compiler, '-p', 'tsconfig.json', '--noCheck', '--outDir', fresh)
    await bundle(fresh)
    // Loaded only where something is built: a published package has no esbuild.
    const { buildPage } = await import('./page.mjs')
    await buildPage(join(fresh, 'web'))
    writeFileSync(join(fresh, '.built-from'), wanted)
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** The program once more in few files: two thirds of its start were spent on finding hundreds of them. */
async function bundle(folder) {
  const { build } = await import('esbuild')
  await build({
    ...{ entryPoints: [join(folder, 'cli', 'main.js')], outdir: join(folder, 'program') },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node24' },
    ...{ packages: 'external', logLevel: 'warning' },
  })
}

/** The npm that runs this script, or the one on the path. */
function npm() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm']
}

/** The pinned Node, as it was installed, or the one that runs this script. */
function node() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const pinned = join(root, 'node_modules', 'node', 'bin', name)
  return existsSync(pinned) ? pinned : process.execPath
}

function run(command, ...args) {
  // What these print belongs to stderr: `npm run -s leat` has its data on stdout.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) throw error
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed`)
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(path) : [path]
    })
    .filter((path) => /\.(tsx?|css|html|svg|json)$/.test(path) && !path.endsWith('.test.ts'))
}

function describe(path) {
  const { mtimeMs, size } = statSync(path)
  return `${path} ${size} ${mtimeMs}\n`
}

function digest(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function say(sentence) {
  process.stderr.write(`leat: ${sentence}\n`)
}
