/** A durable MQTT session that misses messages where one broker is, and gets them where another one is. */
import { connect, connectAsync } from 'mqtt'
import type { KafkaClient } from '../../src/client/index.ts'
import { eventually } from './eventually.ts'
import type { Owner } from './folders.ts'

const viewer = { clientId: 'viewer', clean: false, reconnectPeriod: 0 } as const
const deadlineMs = 60_000

/** It has seen two messages, of which the first is deleted then, and has not seen two more. */
export async function missMessages(owner: Owner, url: string, kafka: KafkaClient): Promise<void> {
  const seen: string[] = []
  const client = await connectAsync(url, viewer)
  owner.after(() => void client.end(true))
  client.on('message', (_topic, payload) => void seen.push(payload.toString()))
  await client.subscribeAsync('plant/pump', { qos: 1 })
  await publish(owner, url, 'seen-1', 'seen-2')
  await eventually('the viewer has seen them', () => seen.length === 2, deadlineMs)
  await client.endAsync()
  await publish(owner, url, 'missed-1', 'missed-2')
  await kafka.deleteRecords('plant.pump', 0, 1n)
}

/** What the session gets now, up to a message that is published now. */
export async function missedMessages(owner: Owner, url: string): Promise<string[]> {
  const seen: string[] = []
  const client = connect(url, viewer)
  owner.after(() => void client.end(true))
  client.on('message', (_topic, payload) => void seen.push(payload.toString()))
  await eventually('the viewer is connected', () => client.connected, deadlineMs)
  await publish(owner, url, 'last')
  await eventually('the viewer has the last one', () => seen.includes('last'), deadlineMs)
  await client.endAsync()
  return seen.slice(0, -1)
}

async function publish(owner: Owner, url: string, ...texts: string[]): Promise<void> {
  const machine = await connectAsync(url)
  owner.after(() => void machine.end(true))
  for (const text of texts) await machine.publishAsync('plant/pump', text, { qos: 1 })
  await machine.endAsync()
}
