/** What doors before one cluster tell each other of shared subscriptions, as records of a topic. */
import type { Header, KafkaRecord } from '../kafka.ts'
import { headersOf, type Message, messageOf } from '../message.ts'
import type { StateRecord } from '../state-partition.ts'

/** Kafka partition → offsets in it. */
export type Places = Readonly<Record<string, readonly string[]>>

/** A message for one of the clients that the door `to` has in the group. */
export interface Hand {
  readonly kind: 'hand'
  readonly group: string
  readonly to: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly message: Message
}

export interface Attendance {
  readonly clients: number
  /** Messages that these clients take before they acknowledge one. */
  readonly room: number
  /** What they have from before, where that may not be known. */
  readonly holds?: Places
  /** Whether they were in the group under a former dealer. */
  readonly isOld?: boolean
}

export type Word =
  /** I am alive. */
  | { readonly kind: 'here' }
  /** My clients take messages of this group. */
  | ({ readonly kind: 'attend'; readonly group: string } & Attendance)
  /** I deal, and know of your clients. */
  | { readonly kind: 'welcome'; readonly group: string; readonly to: string }
  /** I deal from now on: who else has clients, and what do they hold? */
  | { readonly kind: 'deals'; readonly group: string }
  /** I deal no more; these doors have messages. */
  | { readonly kind: 'leaves'; readonly group: string; readonly doors: readonly string[] }
  | Hand
  | { readonly kind: 'done'; readonly group: string; readonly places: Places }
  /** Give these to others; of a topic that none of my clients may read, no more. */
  | {
      readonly kind: 'back'
      readonly group: string
      readonly places: Places
      readonly unreadable?: string
    }
  /** This door was silent, or has missed something: what it had goes to others. */
  | { readonly kind: 'gone'; readonly door: string }

const doorHeader = 'leat.mqtt.door'
const handHeader = 'leat.mqtt.hand'

type HandFacts = Omit<Hand, 'message'> & { readonly mqttTopic: string; readonly atMs: number }

export function wordRecord(word: Word, door: string): StateRecord {
  const by: Header = { key: doorHeader, value: Buffer.from(door) }
  if (word.kind !== 'hand') {
    return { key: word.kind, value: Buffer.from(JSON.stringify(word)), headers: [by] }
  }
  const { message, ...place } = word
  const { topic, timestampMs, publisher, payload } = message
  const facts: HandFacts = { ...place, mqttTopic: topic, atMs: timestampMs }
  const signed = publisher !== undefined
  const headers = headersOf({ ...message, qos: 0, clientId: publisher ?? '', signed }, false)
  const hand: Header = { key: handHeader, value: Buffer.from(JSON.stringify(facts)) }
  return { key: word.kind, value: payload, headers: [by, hand, ...headers] }
}

/** Undefined for what no door wrote. */
export function wordOf(
  record: KafkaRecord,
): { readonly word: Word; readonly by: string } | undefined {
  const [door, hand, ...headers] = record.headers
  if (door?.key !== doorHeader || record.value === null) return undefined
  const by = `${door.value}`
  if (hand?.key !== handHeader) return { word: JSON.parse(`${record.value}`) as Word, by }
  const { mqttTopic, atMs, ...place } = JSON.parse(`${hand.value}`) as HandFacts
  const message = messageOf({ ...record, headers, timestamp: BigInt(atMs) }, mqttTopic)
  return { word: { ...place, message }, by }
}

export function placesOf(offsets: ReadonlyMap<string, Iterable<bigint>>): Places {
  return Object.fromEntries([...offsets].map(([name, all]) => [name, Array.from(all, String)]))
}
