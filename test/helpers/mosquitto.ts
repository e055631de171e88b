/** A real mosquitto with persistence, to prove that a conformance test itself is right. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from './certificates.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { freePorts } from './ports.ts'
import { RunningProgram } from './programs.ts'

/** With TLS it has one port more, where clients need a certificate of the authority. */
export interface MosquittoTls {
  /** Of the authority that clients' certificates are of. */
  readonly authority: string
  readonly server: Certificate
}

export async function startMosquitto(owner: Owner, tls?: MosquittoTls): Promise<Mosquitto> {
  let mosquitto: Mosquitto | undefined
  owner.after(() => mosquitto?.kill())
  const folder = temporaryFolder(owner)
  mosquitto = new Mosquitto(folder, await freePorts(3), tls)
  await mosquitto.start()
  return mosquitto
}

export class Mosquitto {
  readonly port: number
  readonly webSocketPort: number
  readonly tlsPort: number
  readonly #file: string
  readonly #ports: readonly number[]
  #program: RunningProgram | undefined

  constructor(folder: string, ports: readonly number[], tls: MosquittoTls | undefined) {
    const [port = 0, webSocketPort = 0, tlsPort = 0] = ports
    this.port = port
    this.webSocketPort = webSocketPort
    this.tlsPort = tlsPort
    this.#ports = [port, webSocketPort, ...(tls === undefined ? [] : [tlsPort])]
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
      ...(tls === undefined ? [] : tlsLines(tlsPort, tls)),
    ]
    writeFileSync(this.#file, `${lines.join('\n')}\n`)
  }

  async start(): Promise<void> {
    this.#program = new RunningProgram(['mosquitto', '-c', this.#file], {})
    // It opens them one after the other.
    for (const port of this.#ports) await this.#program.listensOn(port)
  }

  async stop(): Promise<number | null> {
    return (await this.#program?.stop()) ?? null
  }

  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }
}

function tlsLines(port: number, { authority, server }: MosquittoTls): string[] {
  return [
    `listener ${port} 127.0.0.1`,
    `cafile ${authority}`,
    `certfile ${server.certificate}`,
    `keyfile ${server.key}`,
    'require_certificate true',
  ]
}
