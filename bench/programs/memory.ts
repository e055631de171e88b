/**
 * node --expose-gc memory.ts SERVICES SECONDS SAMPLES LEAST: a Writer and a Reader for each of the services
 * (a JSON list of parameters), as fast as they go. After each so many seconds, and at least so many
 * messages of each, they come to rest, the garbage is collected, and a line says what is left:
 * {messages, heapBytes, residentBytes}.
 */
import assert from 'node:assert/strict'
import { Reader, Writer } from '../../src/index.ts'

const [services = '[]', seconds = '5', samples = '3', least = '0'] = process.argv.slice(2)
/** So many messages of a service are on their way at most. */
const mostOnTheWay = 2000
const value = Buffer.alloc(100, 'x')

class Pair {
  readonly #writer: Writer<Buffer>
  readonly #reader: Reader<Buffer>
  #written = 0
  #wake: (() => void) | undefined
  heard = 0

  private constructor(writer: Writer<Buffer>, reader: Reader<Buffer>) {
    this.#writer = writer
    this.#reader = reader
  }

  static async open(parameters: object): Promise<Pair> {
    const sure = { ...parameters, no_config: true, consistency: 'AT_LEAST_ONCE' } as const
    const reader = await Reader.open({ ...sure, value_type: 'byte_array' })
    return new Pair(await Writer.open({ ...sure, value_type: 'byte_array' }), reader)
  }

  async listen(): Promise<void> {
    for await (const _ of this.#reader) {
      this.heard += 1
      this.#wake?.()
    }
  }

  /** Resolves at the end, when everything that was written has been read. */
  async writeUntil(end: number, least: number): Promise<void> {
    const before = this.#written
    while (performance.now() < end || this.#written - before < least) {
      const some = Array.from({ length: 100 }, () => this.#writer.publish(value))
      this.#written += some.length
      await Promise.all(some)
      await this.#atMostOnTheWay(mostOnTheWay)
    }
    await this.#atMostOnTheWay(0)
  }

  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.#reader.close()])
  }

  async #atMostOnTheWay(most: number): Promise<void> {
    while (this.#written - this.heard > most) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

const { gc } = globalThis
assert.ok(gc, 'start it with --expose-gc')
const pairs = await Promise.all((JSON.parse(services) as object[]).map((one) => Pair.open(one)))
const listening = pairs.map((pair) => pair.listen())
for (let sample = 0; sample < Number(samples); sample += 1) {
  const end = performance.now() + Number(seconds) * 1000
  await Promise.all(pairs.map((pair) => pair.writeUntil(end, Number(least))))
  // Twice: what the first collection finalises, the second frees.
  gc()
  gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  const messages = pairs.reduce((sum, { heard }) => sum + heard, 0)
  const line = { messages, heapBytes: heapUsed + external, residentBytes: rss }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
await Promise.all(pairs.map((pair) => pair.close()))
await Promise.all(listening)
