/** A real `leat up`: its own process, a folder of its own, ports that were free. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { placed } from './against.ts'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { freePorts } from './ports.ts'
import { RunningProgram } from './programs.ts'

export interface LeatSettings {
  /** It has its own broker, whatever the others are played on. */
  readonly ownBroker?: boolean
  /** Merged over the default parts of leat.yml. */
  readonly kafka?: { readonly brokers?: readonly string[] } & Record<string, unknown>
  readonly mqtt?: Record<string, unknown>
  readonly console?: Record<string, unknown>
  /** Not started without it; with more of its settings, or where one is that exists already. */
  readonly registry?: boolean | Record<string, unknown>
  readonly access?: Record<string, unknown>
  readonly pipelines?: Record<string, unknown>
  /** Connectors by name; Connect is not started without it. */
  readonly connectors?: Record<string, Record<string, unknown>>
  readonly mirrors?: readonly Record<string, unknown>[]
  readonly env?: Record<string, string>
}

const repository = join(import.meta.dirname, '..', '..')

/** The CLI of this checkout (its build), on the Node that runs the tests. */
export const leatCommand = [process.execPath, join(repository, 'bin', 'leat.mjs')] as const

/**
 * Starts leat, before a cluster where AGAINST says so, and waits until it is ready; it is killed with
 * its owner at the latest.
 */
export async function startLeat(owner: Owner, settings: LeatSettings = {}): Promise<LeatProcess> {
  let leat: LeatProcess | undefined
  owner.after(() => leat?.kill())
  const folder = temporaryFolder(owner)
  const kafka = settings.ownBroker ? settings.kafka : await placed(owner, settings.kafka)
  leat = new LeatProcess(folder, await freePorts(5), { ...settings, ...(kafka && { kafka }) })
  await leat.start()
  return leat
}

export class LeatProcess {
  readonly folder: string
  readonly kafkaPort: number
  readonly mqttPort: number
  readonly consolePort: number
  readonly registryPort: number
  readonly connectPort: number
  /** An address for Kafka clients: its own, or one of the cluster that it stands before. */
  readonly brokers: string
  readonly #env: Record<string, string>
  #program: RunningProgram | undefined

  constructor(folder: string, ports: readonly number[], settings: LeatSettings) {
    const [kafkaPort = 0, mqttPort = 0, consolePort = 0, registryPort = 0, connectPort = 0] = ports
    this.folder = folder
    this.kafkaPort = kafkaPort
    this.mqttPort = mqttPort
    this.consolePort = consolePort
    this.registryPort = registryPort
    this.connectPort = connectPort
    this.brokers = settings.kafka?.brokers?.[0] ?? `127.0.0.1:${kafkaPort}`
    this.#env = settings.env ?? {}
    const file = {
      data: join(folder, 'data'),
      kafka: {
        ...(!settings.kafka?.brokers && { listeners: [{ bind: `127.0.0.1:${kafkaPort}` }] }),
        ...settings.kafka,
      },
      mqtt: { listeners: [{ bind: `127.0.0.1:${mqttPort}` }], ...settings.mqtt },
      console: { bind: `127.0.0.1:${consolePort}`, ...settings.console },
      ...(settings.registry && {
        registry: {
          ...(!Object(settings.registry).urls && { bind: `127.0.0.1:${registryPort}` }),
          ...(settings.registry !== true && settings.registry),
        },
      }),
      ...(settings.access && { access: settings.access }),
      ...(settings.pipelines && { pipelines: settings.pipelines }),
      ...((settings.connectors || settings.mirrors) && {
        connect: { bind: `127.0.0.1:${connectPort}`, connectors: settings.connectors ?? {} },
      }),
      ...(settings.mirrors && { mirrors: settings.mirrors }),
    }
    writeFileSync(join(folder, 'leat.yml'), stringify(file))
  }

  get registryUrl(): string {
    return `http://127.0.0.1:${this.registryPort}`
  }

  get connectUrl(): string {
    return `http://127.0.0.1:${this.connectPort}`
  }

  get program(): RunningProgram {
    if (this.#program === undefined) throw new Error('leat was never started')
    return this.#program
  }

  /** Starts it again on the same folder and ports. */
  async start(): Promise<void> {
    const command = [...leatCommand, 'up', '-f', join(this.folder, 'leat.yml')]
    const program = new RunningProgram(command, { cwd: this.folder, env: this.#env })
    this.#program = program
    const state = await eventually(
      'leat is ready',
      async () => (program.running ? (await this.#isReady()) && 'ready' : 'ended'),
      60_000,
    ).catch((error: Error) => error.message)
    if (state === 'ready') return
    program.kill()
    await program.exited
    throw new Error(`leat up did not become ready (${state}): ${program.story()}`)
  }

  /** SIGTERM; resolves to the exit code. */
  async stop(): Promise<number | null> {
    return await this.program.stop('SIGTERM')
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (this.#program === undefined) return
    this.#program.kill()
    await this.#program.exited
  }

  async #isReady(): Promise<boolean> {
    const url = `http://127.0.0.1:${this.consolePort}/readyz`
    return await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}
