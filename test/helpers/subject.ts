/**
 * What a conformance test talks to: leat, or with AGAINST=peers a real Apache Kafka and a real
 * mosquitto. A test that fails there asks for something that nobody promised.
 */
import { after } from 'node:test'
import { startApacheKafka } from './apache-kafka.ts'
import type { Owner } from './folders.ts'
import { type LeatSettings, startLeat } from './leat.ts'
import { startMosquitto } from './mosquitto.ts'

const againstPeers = process.env.AGAINST === 'peers'

/** What the tests of a file share: made by the first that needs it, ended with the file. */
export function shared<Thing>(make: (owner: Owner) => Promise<Thing>): () => Promise<Thing> {
  const actions: (() => void | Promise<void>)[] = []
  let thing: Promise<Thing> | undefined
  after(async () => {
    for (const action of actions) await action()
  })
  return () => {
    thing ??= make({ after: (action) => actions.push(action) })
    return thing
  }
}

export interface Subject {
  start(): Promise<void>
  /** SIGTERM, as an operator would. */
  stop(): Promise<number | null>
  /** kill -9. */
  kill(): Promise<void>
}

export interface KafkaSubject extends Subject {
  readonly brokers: string
}

export interface MqttSubject extends Subject {
  readonly port: number
  readonly webSocketPort: number
}

export async function startKafka(
  owner: Owner,
  config: Record<string, string> = {},
): Promise<KafkaSubject> {
  return againstPeers
    ? await startApacheKafka(owner, config)
    : await startLeat(owner, { kafka: { config } })
}

export async function startMqtt(owner: Owner, settings: LeatSettings = {}): Promise<MqttSubject> {
  if (againstPeers) return await startMosquitto(owner)
  const leat = await startLeat(owner, settings)
  return {
    port: leat.mqttPort,
    webSocketPort: leat.mqttPort,
    start: () => leat.start(),
    stop: () => leat.stop(),
    kill: () => leat.kill(),
  }
}
