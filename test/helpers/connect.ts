/** A broker and workers of connectors in this process, and the REST of a worker. */
import { Broker } from '../../src/broker/index.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { ConnectWorker, type ConnectWorkerOptions } from '../../src/connect/index.ts'
import { connectors } from '../../src/connectors/index.ts'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects is said where it looks.
  readonly body: any
  readonly headers: Headers
}

/** Connect's REST, at any worker of any make. */
export class ConnectRest {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    const text = await answer.text()
    return { status: answer.status, body: parsed(text), headers: answer.headers }
  }

  /** Waits until the connector, and so many of its tasks, are in this state. */
  async becomes(name: string, state: string, tasks = 1): Promise<Answer['body']> {
    let last: Answer['body']
    const isSo = async () => {
      last = (await this.ask('GET', `/connectors/${name}/status`)).body
      const all = [last?.connector, ...(last?.tasks ?? [])]
      return all.length === tasks + 1 && all.every((one) => one?.state === state)
    }
    // Kafka Connect takes long on a busy machine.
    await eventually(() => `${name} is ${state}, not ${JSON.stringify(last)}`, isSo, 60_000)
    return last
  }
}

export interface Place {
  readonly brokers: readonly string[]
  readonly client: KafkaClient
  readonly folder: string
  worker(options?: Partial<ConnectWorkerOptions>): Promise<Worker>
}

export interface Worker extends ConnectRest {
  readonly worker: ConnectWorker
}

/**
 * Everything ends with the test, in reverse. `advertised` is a port that clients are sent to, where
 * it is not the broker's own.
 */
export async function connectPlace(owner: Owner, advertised?: number): Promise<Place> {
  const stack = new AsyncDisposableStack()
  owner.after(() => stack.disposeAsync())
  const folder = temporaryFolder(owner)
  const broker = stack.adopt(
    await Broker.open({
      directory: folder,
      durability: 'os',
      listeners: [
        {
          ...{ host: '127.0.0.1', port: 0 },
          ...(advertised !== undefined && { advertised: { host: '127.0.0.1', port: advertised } }),
        },
      ],
    }),
    (one) => one.close(),
  )
  const brokers = [`127.0.0.1:${broker.addresses[0]?.port}`]
  const client = stack.use(new KafkaClient({ brokers, clientId: 'test' }))
  return {
    ...{ brokers, client, folder },
    worker: async (options = {}) => {
      const worker = stack.use(await openWorker({ brokers, ...options }))
      await worker.ready
      const { host, port } = worker.addresses[0] ?? { host: '', port: 0 }
      return Object.assign(new ConnectRest(`http://${host}:${port}`), { worker })
    },
  }
}

/** A worker that is quick to notice and to try again. */
export async function openWorker(
  options: Partial<ConnectWorkerOptions> & Pick<ConnectWorkerOptions, 'brokers'>,
): Promise<ConnectWorker> {
  return await ConnectWorker.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    plugins: connectors,
    timings: { heartbeatMs: 100 },
    backOff: { firstMs: 100, longestMs: 1000 },
    config: { 'offset.flush.interval.ms': '50' },
    ...options,
  })
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    // An answer that is no JSON is shown as it is.
    return text
  }
}
