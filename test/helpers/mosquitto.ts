/** A real mosquitto with persistence, to prove that a conformance test itself is right. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { accepts, freePorts } from './ports.ts'
import { RunningProgram } from './programs.ts'

export async function startMosquitto(owner: Owner): Promise<Mosquitto> {
  let mosquitto: Mosquitto | undefined
  owner.after(() => mosquitto?.kill())
  const folder = temporaryFolder(owner)
  const [port = 0, webSocketPort = 0] = await freePorts(2)
  mosquitto = new Mosquitto(folder, port, webSocketPort)
  await mosquitto.start()
  return mosquitto
}

export class Mosquitto {
  readonly port: number
  readonly webSocketPort: number
  readonly #file: string
  #program: RunningProgram | undefined

  constructor(folder: string, port: number, webSocketPort: number) {
    this.port = port
    this.webSocketPort = webSocketPort
    this.#file = join(folder, 'mosquitto.conf')
    // Started as root, mosquitto becomes a user of its own, who must be able to write here.
    chmodSync(folder, 0o777)
    const lines = [
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${folder}/`,
      'autosave_interval 1',
      'autosave_on_changes true',
      `listener ${port} 127.0.0.1`,
      `listener ${webSocketPort} 127.0.0.1`,
      'protocol websockets',
    ]
    writeFileSync(this.#file, `${lines.join('\n')}\n`)
  }

  async start(): Promise<void> {
    this.#program = new RunningProgram(['mosquitto', '-c', this.#file], {})
    await eventually('mosquitto accepts connections', () => accepts(this.port))
  }

  async stop(): Promise<number | null> {
    return (await this.#program?.stop()) ?? null
  }

  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }
}
