/**
 * `npm test [-- PART OF A PATH …]`: runs every test of src/, web/ and test/, the house rules first.
 * PEERS=found (default) skips what needs a program that is not there and says how to get it,
 * PEERS=required fails instead, PEERS=none runs none of them. The last line counts.
 */
import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, relative, resolve } from 'node:path'
import { run } from 'node:test'
import { pathToFileURL } from 'node:url'

const meanings = ['none', 'found', 'required']
const fileTimeoutMs = 10 * 60_000
/** Folders whose tests wait for whole programs, and how many files of them a process runs at most. */
const startPrograms = ['test', 'test/hostile', 'test/journeys']
const mostThatStartPrograms = 10
/** What judges the house comes first; then what takes long, so that nobody waits for it alone at the end. */
const long = [
  'test/tidy.',
  'test/graduation.',
  'test/journeys/mirror.',
  'test/journeys/mirror-backlog.',
  'test/journeys/laboratory.',
  'test/journeys/flat-memory.',
  'test/crash/',
  'test/hostile/mqtt-port.',
  'test/hostile/kafka-port.',
  'test/install.',
  'test/transports-kafka.',
  'test/connect-running.',
  'test/mirror.',
  'test/journeys/consistency.',
  'test/journeys/demo.',
  'test/journeys/lake.',
  'test/journeys/pipelines.',
]
const first = [...long, 'test/image.', 'test/conformance/console-page', 'test/journeys/']

process.env.PEERS ??= 'found'
// Each file is a process: what one has made of TypeScript the next need not make again.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compiled')
if (!meanings.includes(process.env.PEERS)) {
  console.error(`PEERS is '${process.env.PEERS}'; write one of ${meanings.join(', ')}.`)
  process.exit(2)
}
const files = filesToRun(process.argv.slice(2))
if (files.length === 0) {
  console.error('No test file was found, so nothing was proved.')
  finish({ passed: 0, failed: 1, skipped: 0 })
} else {
  finish(await runAll(process.env.PEERS === 'none' ? inFewerProcesses(files) : files))
}

/** All test files in the order in which they are begun, or those whose path contains a given part. */
function filesToRun(parts) {
  const all = globSync(['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts'])
    .filter((file) => !file.includes('node_modules'))
    .sort((a, b) => turnOf(a) - turnOf(b) || a.localeCompare(b))
  return parts.length === 0 ? all : all.filter((file) => parts.some((part) => file.includes(part)))
}

/**
 * A process of its own for each file takes longer to load than most files take to run. Where nothing but
 * npm is needed, those of a folder share some, and so do all tests of programs that do not run then.
 */
function inFewerProcesses(files) {
  const [alone, shared] = [[], []]
  for (const file of files) (turnOf(file) < long.length ? alone : shared).push(file)
  const groups = [...Map.groupBy(shared, folderOf)].flatMap(([name, files]) => {
    const most = startPrograms.includes(name) ? mostThatStartPrograms : files.length
    return inPieces(files, most).map((files, at) => ({ name: `${name}-${at + 1}`, files }))
  })
  groups.sort((a, b) => b.files.length - a.files.length)
  return [...alone, ...groups.map(inOne)]
}

function folderOf(file) {
  return /^(src\/\w+|test\/\w+(?=\/)|\w+)/.exec(file)?.[0]
}

function inPieces(files, most) {
  const count = Math.ceil(files.length / most)
  return Array.from({ length: count }, (_, piece) => files.filter((_, at) => at % count === piece))
}

function inOne({ name, files }) {
  const path = `node_modules/.cache/${name.replaceAll('/', '-')}.test.mjs`
  const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)}\n`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, lines.join(''))
  return path
}

function turnOf(file) {
  const turn = first.findIndex((part) => file.startsWith(part))
  return turn < 0 ? first.length : turn
}

/** Tests wait for disks and clocks more than they work; programs of others, where they run, fill that time. */
function atOnce() {
  // Of clusters of three brokers a machine bears one at a time.
  if (process.env.AGAINST === 'cluster') return 1
  return Math.max(2, availableParallelism()) + (process.env.PEERS === 'none' ? 4 : 0)
}

async function runAll(files) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const failures = []
  const skips = []
  const lighter = ['--import', new URL('lighter-tests.mjs', import.meta.url).href]
  const stream = run({
    files,
    execArgv: process.env.PEERS === 'none' ? lighter : [],
    concurrency: atOnce(),
    timeout: fileTimeoutMs,
  })
  for await (const { type, data } of stream) {
    if (type === 'test:pass' && data.skip !== undefined) skips.push(data)
    if (type === 'test:fail' && data.todo === undefined && isOwnFailure(data)) {
      failures.push(data)
      printFailure(data)
    }
    if (type === 'test:pass' && isWholeFile(data)) {
      failures.push(data)
      counts.passed -= 1
      counts.failed += 1
      console.log(`\n✖ ${relative('.', data.file)} holds no test`)
    }
    if (type === 'test:stderr' || type === 'test:stdout') process.stderr.write(data.message)
    if (type === 'test:summary') {
      if (data.file !== undefined) printFile(data)
      else count(counts, data.counts)
    }
  }
  // A file that breaks before its first test is a failure without a count.
  counts.failed = Math.max(counts.failed, failures.length)
  printSkips(skips)
  for (const { name, file } of failures) console.log(`✖ ${relative('.', file ?? '')}: ${name}`)
  return counts
}

/** A parent that fails only because a test inside it did is not named twice. */
function isOwnFailure({ details }) {
  return details.error?.failureType !== 'subtestsFailed'
}

/** Node counts a file without any test as one that passed. */
function isWholeFile({ name, file }) {
  return file !== undefined && resolve(name) === file
}

function count(counts, { passed, failed, cancelled, skipped, todo }) {
  counts.passed += passed
  counts.failed += failed + cancelled
  counts.skipped += skipped + todo
}

function printFile({ file, counts, success, duration_ms: ms }) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  const mark = success ? '✔' : '✖'
  const seconds = (ms / 1000).toFixed(1)
  console.log(`${mark} ${relative('.', file)}  ${counts.passed} passed${skipped}  ${seconds} s`)
}

function printFailure({ name, file, line, details }) {
  const cause = details.error?.cause ?? details.error
  console.log(`\n✖ ${name}\n  ${relative('.', file ?? '')}:${line}`)
  console.log(indented(cause?.stack ?? String(cause)))
}

function indented(text) {
  return text.replace(/^/gm, '    ')
}

/** What was not proved, by reason (the reason names the cure). */
function printSkips(skips) {
  const byReason = Map.groupBy(skips, ({ skip }) => (skip === true ? 'without a reason' : skip))
  for (const [reason, skipped] of byReason) {
    console.log(`\nSkipped: ${reason}`)
    for (const { name, file } of skipped) console.log(`  - ${relative('.', file ?? '')}: ${name}`)
  }
}

function finish({ passed, failed, skipped }) {
  const nothingRan = passed + failed === 0
  const why = skipped > 0 ? 'all that there is was skipped, as said above' : 'there is no test'
  if (nothingRan) console.error(`\nNOTHING WAS PROVED: ${why}.`)
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
  // Each skip has told its reason; without any test nobody knows of one.
  process.exitCode = failed > 0 || (nothingRan && skipped === 0) ? 1 : 0
}
