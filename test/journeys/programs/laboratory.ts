/**
 * node laboratory.ts write|read SERVICE…: one side of every service, by the service file of the
 * working folder. The writer numbers its messages until its input ends and prints the last number;
 * the reader prints what it hears, until SIGTERM.
 */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Reader, Writer } from '../../../src/index.ts'

const [direction, ...services] = process.argv.slice(2)
const pauseMs = 5

async function write(service: string, stopped: AbortSignal): Promise<void> {
  const given = { service, client_id: `writer-${service}`, value_type: 'text' } as const
  await using writer = await Writer.open(given)
  process.stdout.write(`open ${service}\n`)
  const underWay: Promise<unknown>[] = []
  let number = 0
  while (!stopped.aborted) {
    underWay.push(writer.publish(String(++number)))
    await pause(pauseMs)
  }
  await Promise.all(underWay)
  process.stdout.write(`last ${service} ${number}\n`)
}

async function read(service: string, stopped: AbortSignal): Promise<void> {
  const given = { service, client_id: `reader-${service}`, value_type: 'text' } as const
  await using reader = await Reader.open(given)
  process.stdout.write(`open ${service}\n`)
  stopped.addEventListener('abort', () => void reader.close())
  for await (const { value } of reader) process.stdout.write(`heard ${service} ${value}\n`)
}

const stop = new AbortController()
if (direction === 'write') void once(process.stdin.resume(), 'end').then(() => stop.abort())
else process.once('SIGTERM', () => stop.abort())
const side = direction === 'write' ? write : read
await Promise.all(services.map((service) => side(service, stop.signal)))
