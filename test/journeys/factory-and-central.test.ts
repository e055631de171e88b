/** The examples as they stand: a factory and its centre, each a folder of YAML, and a lake at the end. */
import assert from 'node:assert/strict'
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { placed } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand } from '../helpers/leat.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf, startProgram } from '../helpers/programs.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')
const deadlineMs = 90_000
const readings = 25
/** As the example of the lake says it. */
const linesInAFile = 10

/** Where the examples' own variables say that everything is. */
async function surroundings(t: TestContext) {
  const folder = temporaryFolder(t)
  const names = ['CENTRAL_KAFKA', 'CENTRAL_CONSOLE', 'CENTRAL_REGISTRY', 'CENTRAL_CONNECT']
  const there = ['FACTORY_KAFKA', 'FACTORY_CONSOLE', 'FACTORY_MQTT', 'FACTORY_CONNECT']
  const ports = await freePorts(8)
  const env = Object.fromEntries(
    [...names, ...there].map((name, index) => [`${name}_PORT`, String(ports[index])]),
  )
  return {
    env: {
      ...env,
      CENTRAL_KAFKA: `127.0.0.1:${env.CENTRAL_KAFKA_PORT}`,
      CENTRAL_DATA: join(folder, 'central'),
      FACTORY_DATA: join(folder, 'factory'),
      LAKE: join(folder, 'lake'),
    } as Record<string, string>,
    folder,
  }
}

test('readings of the sensors of examples/factory are files in the lake of examples/central', {
  timeout: 4 * deadlineMs,
}, async (t) => {
  const { env: usual, folder } = await surroundings(t)
  const { brokers } = await placed(t)
  const env: Record<string, string> = {
    ...usual,
    ...(brokers && { CENTRAL_KAFKA: `${brokers[0]}` }),
  }
  const up = (files: string) =>
    startProgram(t, [...leatCommand, 'up', '-f', files], { cwd: examples, env })
  const central = brokers === undefined ? './central/' : centralBefore(brokers, folder)
  for (const files of [central, './factory/']) await up(files).says('is up.', deadlineMs)

  const broker = ['-u', `tcp://127.0.0.1:${env.FACTORY_MQTT_PORT}`, '--metrics', 'temperature']
  const pace = ['-n', String(readings), '--set', 'temperature.frequency=0.01']
  const machine = ['-m', 'floor-1-line-1-extruder-1', '-d', 'pump-1']
  await outputOf([...leatCommand, 'sensor', ...broker, ...pace, ...machine])

  const pattern = 'lake/topics/manuela-factory.iot-sensor-sw-temperature/**/*.txt'
  const full = () => {
    const files = globSync(pattern, { cwd: folder }).sort()
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
    return texts.length < Math.floor(readings / linesInAFile) ? undefined : texts
  }
  const files = await eventually('full files are in the lake', full, deadlineMs)
  for (const text of files) {
    const lines = text.trimEnd().split('\n')
    assert.equal(lines.length, linesInAFile)
    for (const line of lines) {
      assert.match(line, /^floor-1-line-1-extruder-1,pump-1,-?\d+(\.\d+)?,\d{13}$/)
    }
  }
})

/** The files of the centre, of which nothing is changed but where its broker is. */
function centralBefore(brokers: readonly string[], folder: string): string {
  const copy = join(folder, 'files-of-central')
  cpSync(join(examples, 'central'), copy, { recursive: true })
  const file = join(copy, 'broker.yml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/listeners: .*/, `brokers: [ ${brokers.join(', ')} ]`))
  return copy
}

test('the variables of the examples switch off their parts', async (t) => {
  const { env } = await surroundings(t)
  const off = { MESSAGING: 'false', MIRROR: 'false', ANOMALIES: 'false', REGISTRY: 'false' }
  const parts = async (name: string, more: Record<string, string>) => {
    const command = [...leatCommand, 'check', '-f', join(examples, name), '-o', 'json']
    const rows = JSON.parse(await outputOf(command, { env: { ...env, ...more } }))
    return rows.map(({ part }: { part: string }) => part)
  }
  assert.deepEqual(await parts('factory', {}), ['kafka', 'mqtt', 'connect', 'console'])
  assert.deepEqual(await parts('factory', off), ['kafka', 'console'])
  assert.deepEqual(await parts('central', {}), ['kafka', 'registry', 'connect', 'console'])
  assert.deepEqual(await parts('central', off), ['kafka', 'connect', 'console'])
})
