/**
 * The tutorial on three machines with host names: broker, reader, writer. Cables are pulled, the
 * broker is stopped, killed and started again, the reader too, over Kafka and MQTT at once.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { ofOwnBroker } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { Laboratory, withoutLaboratory } from '../helpers/laboratory.ts'
import { leatCommand } from '../helpers/leat.ts'
import { startProgram } from '../helpers/programs.ts'

const program = join(import.meta.dirname, 'programs', 'laboratory.ts')
const services = Object.fromEntries(
  ['AT_LEAST_ONCE', 'EXACTLY_ONCE'].flatMap((consistency) => {
    const topic = consistency.toLowerCase().replaceAll('_', '-')
    const delays = { min_delay: 0.1, max_delay: 1 }
    return [
      [
        `kafka-${topic}`,
        {
          ...{ type: 'kafka', brokers: 'broker:9092', topic: `kafka-${topic}`, consistency },
          type_spec: { group_id: `readers-${topic}` },
        },
      ],
      [
        `mqtt-${topic}`,
        {
          ...{ type: 'mqtt', brokers: 'broker:1883', topic: `mqtt-${topic}`, consistency },
          type_spec: { clean_session: false, reconnect_delay: delays, keepalive: 4 },
        },
      ],
    ]
  }),
)
const names = Object.keys(services)

test('three machines: cables are pulled, the broker and the reader go and come again, and the consistency holds', {
  skip: ofOwnBroker('its machine') || withoutLaboratory(),
}, async (t) => {
  const laboratory = await Laboratory.setUp(t, {
    ...{ middle: 'broker', names: ['broker'], around: ['reader', 'writer'] },
  } as const)
  const folder = temporaryFolder(t)
  const bind = (port: number) => ({ listeners: [{ bind: `0.0.0.0:${port}` }] })
  writeFileSync(
    join(folder, 'leat.yml'),
    stringify({
      data: join(folder, 'data'),
      kafka: { listeners: [{ bind: '0.0.0.0:9092', advertised: 'broker:9092' }] },
      mqtt: bind(1883),
    }),
  )
  const file = { header: { version: 3 }, config: services }
  writeFileSync(join(folder, '.sinetstream_config.yml'), stringify(file))

  const broker = async () => {
    const started = startProgram(t, laboratory.on('broker', [...leatCommand, 'up']), {
      cwd: folder,
    })
    await started.says('is up')
    return started
  }
  const side = (machine: 'reader' | 'writer', direction: string) =>
    startProgram(t, laboratory.on(machine, [process.execPath, program, direction, ...names]), {
      cwd: folder,
      interactive: true,
    })
  const opened = async (running: ReturnType<typeof side>) => {
    for (const name of names) await running.says(`open ${name}\n`)
  }

  let leat = await broker()
  const readers = [side('reader', 'read')]
  await opened(readers[0] as ReturnType<typeof side>)
  const writer = side('writer', 'write')
  await opened(writer)
  const heard = () => readers.map(({ stdout }) => stdout).join('')
  /** How far all had got when something happened, for the message of a failure. */
  const marks: string[] = []
  const goesOn = async () => {
    marks.push(names.map((name) => Math.max(...numbersOf(heard(), name))).join(' '))
    const before = Object.fromEntries(names.map((name) => [name, countOf(heard(), name)]))
    await eventually(
      'all services go on',
      () => names.every((name) => countOf(heard(), name) > (before[name] ?? 0) + 20),
      60_000,
    )
  }

  await goesOn()
  await laboratory.pullCable('reader')
  await pause(1500)
  await laboratory.plugCable('reader')
  await goesOn()
  await laboratory.pullCable('writer')
  await pause(1500)
  await laboratory.plugCable('writer')
  await goesOn()
  await leat.stop()
  leat = await broker()
  await goesOn()
  leat.kill()
  await leat.exited
  leat = await broker()
  await goesOn()
  await readers[0]?.stop()
  readers.push(side('reader', 'read'))
  await goesOn()

  writer.input.end()
  for (const name of names) await writer.says(`last ${name} `, 60_000)
  for (const name of names) {
    const last = Number(new RegExp(`^last ${name} (\\d+)$`, 'm').exec(writer.stdout)?.[1])
    const missing = () => {
      const found = numbersOf(heard(), name)
      return Array.from({ length: last }, (_, index) => index + 1).filter((n) => !found.has(n))
    }
    await eventually(`all of ${name}`, () => missing().length === 0, 60_000).catch((error) => {
      throw new Error(`${error.message}; of ${last} these are missing: ${missing()} (${marks})`)
    })
    if (name.includes('exactly'))
      assert.deepEqual(doublesOf(heard(), name), [], `${name} (${marks})`)
  }
})

function countOf(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`^heard ${name} \\d+$`, 'gm'))].length
}

function numbersOf(text: string, name: string): Set<number> {
  const heard = text.matchAll(new RegExp(`^heard ${name} (\\d+)$`, 'gm'))
  return new Set(Array.from(heard, ([, number]) => Number(number)))
}

function doublesOf(text: string, name: string): number[] {
  const seen = new Set<number>()
  const heard = text.matchAll(new RegExp(`^heard ${name} (\\d+)$`, 'gm'))
  return Array.from(heard, ([, number]) => Number(number)).filter((number) => {
    const isDouble = seen.has(number)
    seen.add(number)
    return isDouble
  })
}
