/** A real Apache Kafka (one node, KRaft), to prove that a conformance test itself is right. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Owner, temporaryFolder } from './folders.ts'
import { javaCommand, peersHome } from './peers.ts'
import { freePorts } from './ports.ts'
import { outputOf, RunningProgram } from './programs.ts'

export const classPath = join(peersHome, 'kafka-broker-4.4.0', 'libs', '*')

export async function startApacheKafka(
  owner: Owner,
  config: Record<string, string> = {},
): Promise<ApacheKafka> {
  let kafka: ApacheKafka | undefined
  owner.after(() => kafka?.kill())
  const folder = temporaryFolder(owner)
  const [port = 0, controllerPort = 0] = await freePorts(2)
  kafka = new ApacheKafka(folder, port, controllerPort, config)
  await kafka.format()
  await kafka.start()
  return kafka
}

export class ApacheKafka {
  readonly brokers: string
  readonly #properties: string
  readonly #ports: readonly number[]
  readonly #java: readonly string[]
  readonly #isAlone: boolean
  #program: RunningProgram | undefined

  constructor(
    folder: string,
    port: number,
    controllerPort: number,
    config: Record<string, string>,
    java: readonly string[] = javaCommand(classPath, '-Xmx512m'),
  ) {
    this.#java = java
    this.#isAlone = config['controller.quorum.voters'] === undefined
    this.brokers = `127.0.0.1:${port}`
    this.#properties = join(folder, 'server.properties')
    const properties = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
      'controller.listener.names': 'CONTROLLER',
      listeners: `PLAINTEXT://${this.brokers},CONTROLLER://127.0.0.1:${controllerPort}`,
      'log.dirs': join(folder, 'data'),
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'share.coordinator.state.topic.replication.factor': '1',
      'share.coordinator.state.topic.min.isr': '1',
      'offsets.topic.num.partitions': '1',
      'group.initial.rebalance.delay.ms': '0',
      ...config,
    }
    this.#ports = properties.listeners.split(',').map((uri) => Number(uri.split(':').at(-1)))
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(this.#properties, lines.join(''))
  }

  get pid(): number | undefined {
    return this.#program?.pid
  }

  async format(...more: readonly string[]): Promise<void> {
    const tool = [...javaCommand(classPath), 'kafka.tools.StorageTool']
    const alone = this.#isAlone ? ['--standalone'] : []
    const what = ['-t', newKafkaId(), '-c', this.#properties]
    await outputOf([...tool, 'format', ...alone, ...what, ...more])
  }

  async start(): Promise<void> {
    const command = [...this.#java, 'kafka.Kafka', this.#properties]
    this.#program = new RunningProgram(command, {})
    // It opens them one after the other.
    for (const port of this.#ports) await this.#program.listensOn(port, 90_000)
  }

  async stop(): Promise<number | null> {
    return (await this.#program?.stop('SIGTERM')) ?? null
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }

  /** It keeps its connections and answers nothing any more. */
  freeze(): void {
    this.#program?.signal('SIGSTOP')
  }

  thaw(): void {
    this.#program?.signal('SIGCONT')
  }
}

/** A uuid as Kafka writes it, which never looks like an option. */
export function newKafkaId(): string {
  const bytes = Buffer.from(randomUUID().replaceAll('-', ''), 'hex')
  return bytes.toString('base64url').replace(/^-/, 'A')
}
