/**
 * One side of `bench -- messages`, in TypeScript: ROLE PARAMETERS COUNT BYTES, the first two as
 * JSON. `write each` awaits every message, `write many` has a thousand under way, `read` times from its
 * first message to its last, `there and back` one message at a time through writer, broker, reader.
 */
import { Reader, Writer } from '../../src/index.ts'

const [role, parameters, count, bytes] = process.argv.slice(2).map((argument) => {
  return JSON.parse(argument) as unknown
}) as [string, { type: string; brokers: string; topic: string }, number, number]
const given = { no_config: true, ...parameters, value_type: 'byte_array' } as const
const value = Buffer.alloc(bytes, 'x')

function say(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

const roles: Record<string, () => Promise<void>> = {
  async 'write each'() {
    await using writer = await Writer.open(given)
    await writer.publish(value)
    const begin = performance.now()
    for (let index = 0; index < count; index++) await writer.publish(value)
    say({ seconds: (performance.now() - begin) / 1000 })
  },

  async 'write many'() {
    await using writer = await Writer.open(given)
    await writer.publish(value)
    const begin = performance.now()
    const underWay: Promise<unknown>[] = Array(1000)
    for (let index = 0; index < count; index++) {
      await underWay[index % 1000]
      underWay[index % 1000] = writer.publish(value)
    }
    await Promise.all(underWay)
    say({ seconds: (performance.now() - begin) / 1000 })
  },

  async read() {
    await using reader = await Reader.open(given)
    say('open')
    let heard = 0
    let begin = 0
    for await (const message of reader) {
      if (heard++ === 0) begin = performance.now()
      if (heard < count) continue
      message.done()
      break
    }
    say({ seconds: (performance.now() - begin) / 1000 })
  },

  async 'there and back'() {
    await using reader = await Reader.open(given)
    await using writer = await Writer.open(given)
    const messages = reader[Symbol.asyncIterator]()
    const took: number[] = []
    for (let index = 0; index < count; index++) {
      const begin = performance.now()
      await writer.publish(value)
      await messages.next()
      took.push(performance.now() - begin)
    }
    const warm = took.slice(count / 10).sort((one, other) => one - other)
    say({
      p50Ms: warm[Math.floor(warm.length / 2)],
      p99Ms: warm[Math.floor((warm.length * 99) / 100)],
    })
  },
}

await roles[role]?.()
