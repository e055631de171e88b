/** A client without opinions: it sends what it is told, in the version it is told, and shows the answer. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { Logger } from '../../base/logger.ts'
import { codecOf } from '../../protocols/kafka/codec.ts'
import { readResponseHeader, writeRequestHeader } from '../../protocols/kafka/frame.ts'
import { encodeBatch } from '../../protocols/kafka/record-batch.ts'
import type { Api, Draft, MessageOf, Schema } from '../../protocols/kafka/schema.ts'
import { Broker, type BrokerOptions } from '../index.ts'

/** A broker in a folder of its own that ends with its test, and what it logged as errors. */
export async function openBroker(
  t: Pick<TestContext, 'after'> | { after(action: () => Promise<void>): void },
  options: Partial<BrokerOptions> = {},
): Promise<{ broker: Broker; port: number; bugs: string[]; directory: string; logger: Logger }> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'leat-broker-'))
  const bugs: string[] = []
  const logger: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (message, facts) => void bugs.push(`${message} ${JSON.stringify(facts)}`),
    with: () => logger,
  }
  const broker = await Broker.open({
    directory,
    durability: 'disk',
    listeners: [{ host: '127.0.0.1', port: 0 }],
    logger,
    ...options,
  })
  t.after(async () => {
    await broker.close()
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
  })
  return { broker, port: broker.addresses[0]?.port ?? 0, bugs, directory, logger }
}

export class Peer {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (piece: Buffer) => {
      this.#received = Buffer.concat([this.#received, piece])
      socket.emit('more')
    })
    socket.on('error', () => {})
    socket.on('close', () => socket.emit('more'))
  }

  static async connect(t: TestContext, port: number, host = '127.0.0.1'): Promise<Peer> {
    const socket = connect(port, host)
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    return new Peer(socket)
  }

  /** Over a connection that is there already. */
  static over(socket: Socket): Peer {
    return new Peer(socket)
  }

  get closed(): boolean {
    return this.#socket.closed || this.#socket.destroyed
  }

  async request<Request extends Schema, Response extends Schema>(
    api: Api<Request, Response>,
    version: number,
    body: Draft<Request>,
  ): Promise<MessageOf<Response>> {
    this.send(api, version, body)
    return await this.receive(api, version)
  }

  send<Request extends Schema>(api: Api<Request>, version: number, body: Draft<Request>): void {
    this.write(frameOf(api, version, body, ++this.#correlationId))
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** What `work` sends leaves in one piece; returns the correlation ids. */
  inOnePiece(work: () => void): number[] {
    const before = this.#correlationId
    this.#socket.cork()
    work()
    this.#socket.uncork()
    return Array.from({ length: this.#correlationId - before }, (_, index) => before + index + 1)
  }

  /** The next answer; throws where its correlation id is not the next one in order. */
  async receive<Response extends Schema>(
    api: Api<Schema, Response>,
    version: number,
    correlationId = this.#correlationId,
  ): Promise<MessageOf<Response>> {
    const frame = await this.nextFrame()
    const reader = new ByteReader(frame)
    const header = readResponseHeader(reader, api, version)
    if (header.correlationId !== correlationId) {
      throw new Error(`answer ${header.correlationId} came where ${correlationId} was next`)
    }
    const message = codecOf(api, 'response', version).decode(reader)
    if (reader.remaining !== 0) throw new Error(`${reader.remaining} bytes follow the answer`)
    return message as MessageOf<Response>
  }

  async nextFrame(): Promise<Buffer> {
    for (;;) {
      if (this.#received.length >= 4) {
        const length = this.#received.readInt32BE(0)
        if (this.#received.length >= 4 + length) {
          const frame = this.#received.subarray(4, 4 + length)
          this.#received = this.#received.subarray(4 + length)
          return frame
        }
      }
      if (this.closed) throw new Error('the broker closed the connection')
      await once(this.#socket, 'more')
    }
  }

  /** Resolves when the broker has closed the connection. */
  async untilClosed(): Promise<void> {
    while (!this.closed) await once(this.#socket, 'more')
  }
}

function frameOf<Request extends Schema>(
  api: Api<Request>,
  version: number,
  body: Draft<Request>,
  correlationId: number,
): Buffer {
  const writer = new ByteWriter()
  writer.int32(0)
  writeRequestHeader(writer, api as unknown as Api, {
    apiVersion: version,
    correlationId,
    clientId: 'peer',
  })
  codecOf(api, 'request', version).encode(body, writer)
  const frame = Buffer.from(writer.done())
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}

/** A batch of these values at a time near the clock's. */
export function batchOf(values: readonly string[], timestamp = BigInt(Date.now())): Buffer {
  return encodeBatch({
    records: values.map((value, index) => ({
      timestamp: timestamp + BigInt(index),
      key: Buffer.from(`k${index}`),
      value: Buffer.from(value),
    })),
  })
}
