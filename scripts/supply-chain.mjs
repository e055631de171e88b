// What leat is made of: a CycloneDX bill of materials in dist/, and what is known against its parts.
// A known hole of high or critical severity in what users install fails; a registry that does not
// answer audits (mirrors often do not) is said loudly, as nothing was asked then.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const failing = ['high', 'critical']

try {
  writeBill()
  audit()
} catch (error) {
  say(error.message)
  process.exitCode = 1
}

function writeBill() {
  const bill = withoutDevelopment(npm('sbom', '--sbom-format', 'cyclonedx'))
  const named = new Set(
    (bill?.components ?? []).map(({ name, group }) => (group ? `${group}/${name}` : name)),
  )
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const forgotten = Object.keys(dependencies).filter((name) => !named.has(name))
  if (forgotten.length > 0) {
    throw new Error(`the bill of materials lacks ${forgotten.join(', ')}; run npm ci and try again`)
  }
  const path = join(root, 'dist', 'leat.cdx.json')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(bill, undefined, 2)}\n`)
  say(`${named.size} packages are in dist/leat.cdx.json (CycloneDX ${bill.specVersion})`)
}

/** npm's own `--omit dev` also leaves out what is needed both ways, so it is done here. */
function withoutDevelopment({ components, dependencies, ...rest }) {
  const kept = components.filter(
    ({ properties = [] }) => !properties.some(({ name }) => name === 'cdx:npm:package:development'),
  )
  const refs = new Set([rest.metadata.component, ...kept].map((one) => one['bom-ref']))
  return {
    ...rest,
    components: kept,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
  }
}

function audit() {
  const report = npm('audit', '--omit', 'dev')
  if (report?.metadata?.vulnerabilities === undefined) {
    say(
      `SKIPPED the audit: ${report?.message ?? report?.error?.summary ?? 'the registry gave no report'}`,
    )
    return
  }
  const holes = Object.values(report.vulnerabilities).filter(({ severity }) =>
    failing.includes(severity),
  )
  for (const { name, severity, range } of holes) say(`${severity}: ${name} ${range}`)
  if (holes.length > 0) {
    throw new Error(`${holes.length} packages have known holes; update them, or replace them`)
  }
  say('nothing of high or critical severity is known against what users install')
}

/** The answer of npm as a value; npm audit answers and exits with 1 where it found something. */
function npm(...args) {
  const { stdout, error } = spawnSync('npm', [...args, '--json', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  if (error !== undefined) throw new Error(`npm ${args[0]} cannot be run: ${error.message}`)
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`npm ${args[0]} answered what is no JSON: ${stdout.slice(0, 200)}`)
  }
}

function say(message) {
  process.stderr.write(`leat: ${message}\n`)
}
