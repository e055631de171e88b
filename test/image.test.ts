/** What the Dockerfile makes, and what the manifests for Kubernetes start, run as they stand. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { temporaryFolder } from './helpers/folders.ts'
import { Image, withoutNamespaces } from './helpers/image.ts'
import { leatCommand, startLeat } from './helpers/leat.ts'
import { freePorts } from './helpers/ports.ts'
import { outputOf, runProgram, startProgram } from './helpers/programs.ts'

const repository = join(import.meta.dirname, '..')
const kubernetes = join(repository, 'deploy', 'kubernetes')
const limits = { timeout: 900_000 }

test('the image starts as its own user on a root that cannot be written, takes records, and stops by SIGTERM', {
  ...limits,
  skip: withoutNamespaces(),
}, async (t) => {
  const image = await Image.build(t)

  await t.test('what is acknowledged is there when it is started again', async (t) => {
    const first = image.start()
    await first.becomesHealthy()
    const { Uid, Gid, NSpid } = first.status()
    assert.deepEqual([Uid?.split('\t')[0], Gid?.split('\t')[0]], ['10001', '10001'])
    assert.equal(NSpid?.split('\t').at(-1), '1')
    const produce = ['sh', '-c', 'echo hello | leat produce greetings']
    assert.equal((await first.run(produce)).exitCode, 0)
    assert.equal(await first.stop(), 0, first.program.story())
    const second = image.start()
    await second.becomesHealthy()
    t.after(() => second.stop())
    const { stdout } = await second.run(['leat', 'consume', 'greetings', '--offset', ':end'])
    assert.equal(stdout, 'hello\n')
  })

  await t.test('the console’s page is in it', async () => {
    const container = image.start()
    await container.becomesHealthy()
    const ask = "fetch('http://127.0.0.1:8080/').then((a) => a.text()).then(console.log)"
    const { stdout } = await container.run(['node', '-e', ask])
    assert.match(stdout, /<script type="module"/)
    await container.stop()
  })

  await t.test('its programs are nobody’s to change', async () => {
    const container = image.start()
    await container.becomesHealthy()
    const touched = await container.run(['sh', '-c', 'touch /opt/leat/x || touch /etc/leat/x'])
    assert.notEqual(touched.exitCode, 0)
    await container.stop()
  })

  await t.test('with ENABLE_BROKER=false it starts no broker, and waits', async () => {
    const container = image.start({ ENABLE_BROKER: 'false' })
    await container.becomesHealthy()
    const doctor = await container.run(['leat', 'doctor', '127.0.0.1:9092'])
    assert.match(doctor.stdout, /port +FAILS/)
    assert.equal(await container.stop(), 0, container.program.story())
  })
})

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

interface Workload {
  readonly kind: string
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[]
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
          readonly resources: { readonly limits: { readonly memory: string } }
          readonly startupProbe: Probe
          readonly livenessProbe: Probe
          readonly readinessProbe: Probe
        }[]
      }
    }
  }
}

/** The configuration of a folder of manifests, in a folder with its secrets beside it, on free ports. */
async function configured(t: TestContext, name: string, secrets: readonly string[]) {
  const folder = temporaryFolder(t)
  const map = parse(readFileSync(join(kubernetes, name, 'configuration.yaml'), 'utf8'))
  const ports = new Map<string, number>()
  let text: string = map.data['leat.yml'].replaceAll('/var/lib/leat', join(folder, 'data'))
  const bound = [...text.matchAll(/0\.0\.0\.0:(\d+)/g)].map(([, port = '']) => port)
  const free = await freePorts(bound.length)
  for (const [index, port] of bound.entries()) {
    ports.set(port, free[index] ?? 0)
    text = text.replace(`0.0.0.0:${port}`, `127.0.0.1:${free[index]}`)
  }
  for (const path of ['etc/leat/leat.yml', ...secrets.map((one) => `etc/leat-secrets/${one}`)]) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), path.endsWith('.yml') ? text : `secret of ${path}\n`)
  }
  return { folder: join(folder, 'etc/leat'), ports }
}

function workloadOf(name: string, file: string) {
  const workload: Workload = parse(readFileSync(join(kubernetes, name, file), 'utf8'))
  const [container] = workload.spec.template.spec.containers
  assert.ok(container)
  return container
}

/** Starts it as the manifest says, and asks what the probes ask. */
async function start(
  t: TestContext,
  container: ReturnType<typeof workloadOf>,
  { folder, ports }: { folder: string; ports: ReadonlyMap<string, number> },
  env: Record<string, string>,
) {
  const args = container.args.map((arg) => (arg === '/etc/leat' ? folder : arg))
  const program = startProgram(t, [...leatCommand, ...args], { cwd: dirname(folder), env })
  await program.says('is up.', 60_000)
  const portNamed = (wanted: string) =>
    ports.get(String(container.ports.find(({ name }) => name === wanted)?.containerPort)) ?? 0
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    const { path, port } = container[probe].httpGet
    const answer = await fetch(`http://127.0.0.1:${portNamed(port)}${path}`)
    assert.equal(answer.status, 200, probe)
  }
  return { program, portNamed }
}

test('the StatefulSet starts a broker with users, and its probes are answered', async (t) => {
  const container = workloadOf('broker', 'statefulset.yaml')
  const configuration = await configured(t, 'broker', ['admin', 'producer'])
  const env = { POD_NAME: 'leat-0', POD_NAMESPACE: 'plant' }
  const { program, portNamed } = await start(t, container, configuration, env)
  const address = `127.0.0.1:${portNamed('kafka')}`
  const login = join(dirname(configuration.folder), 'admin.properties')
  const password = 'secret of etc/leat-secrets/admin'
  writeFileSync(
    login,
    `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${password}";\n`,
  )
  const doctor = [...leatCommand, 'doctor', address, '--command-config', login]
  const { stdout } = await runProgram(doctor)
  assert.match(stdout, /leat-0\.leat-pods\.plant\.svc:9092/)
  assert.match(stdout, /login +ok/)
  assert.equal(await program.stop(), 0)
})

test('the Deployment before an Apache Kafka stays below its memory, and its probes are answered', async (t) => {
  const kafka = await startLeat(t)
  const container = workloadOf('before-kafka', 'deployment.yaml')
  const configuration = await configured(t, 'before-kafka', [])
  const env = { KAFKA_BROKERS: kafka.brokers }
  const { program, portNamed } = await start(t, container, configuration, env)
  const url = ['-u', `tcp://127.0.0.1:${portNamed('mqtt')}`, '--app', 'raw-data']
  const pace = ['-n', '50', '--metrics', 'temperature', '--set', 'temperature.frequency=0.001']
  await outputOf([...leatCommand, 'sensor', ...url, ...pace])
  const limit = Number.parseInt(container.resources.limits.memory, 10) * 1024
  const status = readFileSync(`/proc/${program.pid}/status`, 'utf8')
  const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  t.diagnostic(`${Math.round(resident / 1024)} MiB of ${limit / 1024}`)
  assert.ok(resident < limit, `${resident} KiB of ${limit}`)
  assert.equal(await program.stop(), 0)
})
