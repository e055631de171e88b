/** A real Kafka Connect 4.3.1: one distributed worker, on any broker. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, ConnectRest } from './connect.ts'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { javaCommand, peersHome } from './peers.ts'
import { freePorts } from './ports.ts'
import { RunningProgram } from './programs.ts'

export interface KafkaConnectOptions {
  /** Begins the names of its group and its topics. */
  readonly prefix?: string
  readonly config?: Record<string, string>
  /** Java, its options and its class path. */
  readonly java?: readonly string[]
}

export const connectClassPath = join(peersHome, 'kafka-connect-4.3.1', 'libs', '*')
const quickJava = javaCommand(connectClassPath, '-Xmx384m')

export class KafkaConnect extends ConnectRest {
  readonly #properties: string
  readonly #java: readonly string[]
  #program: RunningProgram | undefined

  private constructor(port: number, properties: string, java: readonly string[]) {
    super(`http://127.0.0.1:${port}`)
    this.#properties = properties
    this.#java = java
  }

  /** Configured, not yet started. */
  static async on(
    owner: Owner,
    brokers: string,
    { prefix = 'connect', config = {}, java = quickJava }: KafkaConnectOptions = {},
  ): Promise<KafkaConnect> {
    const folder = temporaryFolder(owner)
    const [port = 0] = await freePorts(1)
    const properties = {
      'bootstrap.servers': brokers,
      'group.id': `${prefix}-cluster`,
      'config.storage.topic': `${prefix}-configs`,
      'offset.storage.topic': `${prefix}-offsets`,
      'status.storage.topic': `${prefix}-status`,
      'config.storage.replication.factor': '1',
      'offset.storage.replication.factor': '1',
      'status.storage.replication.factor': '1',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.flush.interval.ms': '500',
      'scheduled.rebalance.max.delay.ms': '0',
      listeners: `http://127.0.0.1:${port}`,
      'plugin.path': folder,
      'plugin.discovery': 'hybrid_warn',
      ...config,
    }
    const file = join(folder, 'worker.properties')
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(file, lines.join(''))
    const connect = new KafkaConnect(port, file, java)
    owner.after(() => connect.kill())
    return connect
  }

  async start(): Promise<void> {
    const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
    const main = 'org.apache.kafka.connect.cli.ConnectDistributed'
    const program = new RunningProgram([...this.#java, quiet, main, this.#properties], {})
    this.#program = program
    await eventually(
      'Kafka Connect is ready',
      async () => {
        if (!program.running) throw new Error(program.story())
        const health = await this.ask('GET', '/health').catch(() => undefined)
        return health?.status === 200
      },
      90_000,
    )
  }

  /** While it shares out its work anew it puts off whoever asks, who is to ask again. */
  override async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    let last: Answer | undefined
    return await eventually(
      () => `Kafka Connect answers ${method} ${path}, not ${JSON.stringify(last?.body)}`,
      async () => {
        last = await super.ask(method, path, body)
        const isPutOff = last.status === 409 && /momentarily/.test(last.body?.message)
        return isPutOff ? undefined : last
      },
    )
  }

  get pid(): number | undefined {
    return this.#program?.pid
  }

  /** As an operator would. */
  async stop(): Promise<void> {
    await this.#program?.stop('SIGTERM')
  }

  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }
}
