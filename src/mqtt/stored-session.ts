import type { Header, KafkaRecord } from './kafka.ts'
import type { StateRecord } from './state-partition.ts'
import type { Subscription } from './subscriptions.ts'

/** A batch of QoS 2 messages of one client for one partition, as it was given its sequence. */
export interface Intent {
  readonly topic: string
  readonly partition: number
  readonly producerId: string
  readonly epoch: number
  readonly sequence: number
  readonly packetIds: number[]
  readonly records: KafkaRecord[]
}

/** A message of QoS 2 on its way to the client. */
export interface SentMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  received: boolean
}

/** What is known of a durable session without its client. */
export interface StoredSession {
  /** Whose it is; undefined where nobody was asked. */
  owner: string | undefined
  expirySeconds: number
  /** When its connection ended; undefined while it lasts (or lasted, when the process died). */
  leftAtMs: number | undefined
  subscriptions: Subscription[]
  /** Kafka partition → offset to resume at. */
  positions: Map<string, bigint>
  /** QoS 2 from the client: packet identifiers that it has not released. */
  taken: Set<number>
  /** QoS 2 from the client: per partition the last batch, which alone may be missing in the log. */
  intents: Map<string, Intent>
  /** QoS 2 to the client, by packet identifier. */
  sent: Map<number, SentMessage>
  /** `partition/offset` of messages of QoS 2 that are delivered though the position is before them. */
  completed: Set<string>
}

/** The facts that a snapshot replaces as a whole. */
interface Snapshot {
  readonly kind: 'session'
  readonly owner?: string
  readonly expirySeconds: number
  readonly leftAtMs?: number
  readonly subscriptions: readonly Subscription[]
  readonly positions: Record<string, string>
  readonly taken: readonly number[]
  readonly sent: readonly (SentMessage & { packetId: number })[]
  readonly completed: readonly string[]
}

interface IntentFacts {
  readonly kind: 'intent'
  readonly packetId: number
  readonly topic: string
  readonly partition: number
  readonly producerId: string
  readonly epoch: number
  readonly sequence: number
  readonly recordKey: string | null
}

export type SessionEvent =
  | Snapshot
  | { readonly kind: 'positions'; readonly positions: Record<string, string> }
  | { readonly kind: 'released'; readonly packetId: number }
  | ({ readonly kind: 'sent'; readonly packetId: number } & SentMessage)
  | { readonly kind: 'received' | 'completed'; readonly packetId: number }

const factsHeader = 'leat.mqtt.intent'
/** An expiry interval that stands for "never" (MQTT 5, section 3.1.2.11.2). */
export const neverExpires = 0xffff_ffff

export function eventRecord(key: string, event: SessionEvent): StateRecord {
  return { key, value: Buffer.from(JSON.stringify(event)) }
}

export function snapshotRecord(key: string, session: StoredSession): StateRecord {
  return eventRecord(key, {
    kind: 'session',
    ...(session.owner === undefined ? {} : { owner: session.owner }),
    expirySeconds: session.expirySeconds,
    ...(session.leftAtMs === undefined ? {} : { leftAtMs: session.leftAtMs }),
    subscriptions: session.subscriptions,
    positions: positionsAsText(session.positions),
    taken: [...session.taken],
    sent: [...session.sent].map(([packetId, message]) => ({ packetId, ...message })),
    completed: [...session.completed],
  })
}

export function positionsAsText(positions: ReadonlyMap<string, bigint>): Record<string, string> {
  return Object.fromEntries([...positions].map(([name, offset]) => [name, `${offset}`]))
}

/** One record a message: its value is the message's, its facts stand in a header. */
export function intentRecords(key: string, intent: Intent): StateRecord[] {
  return intent.records.map((record, index) => {
    const facts: IntentFacts = {
      kind: 'intent',
      packetId: intent.packetIds[index] as number,
      topic: intent.topic,
      partition: intent.partition,
      producerId: intent.producerId,
      epoch: intent.epoch,
      sequence: intent.sequence,
      recordKey: record.key?.toString('base64') ?? null,
    }
    const header: Header = { key: factsHeader, value: Buffer.from(JSON.stringify(facts)) }
    return { key, value: record.value, headers: [header, ...record.headers] }
  })
}

export function newStoredSession(): StoredSession {
  return {
    owner: undefined,
    expirySeconds: 0,
    leftAtMs: undefined,
    subscriptions: [],
    positions: new Map(),
    taken: new Set(),
    intents: new Map(),
    sent: new Map(),
    completed: new Set(),
  }
}

/** Whether a record replaces all that was known of a session but its intents. */
export function isSnapshot({ value, headers }: KafkaRecord): boolean {
  if (value === null || value.length === 0 || headers[0]?.key === factsHeader) return false
  return (JSON.parse(value.toString('utf8')) as SessionEvent).kind === 'session'
}

/** Applies the next record of the sessions' topic to what is known from those before it. */
export function applyRecord(sessions: Map<string, StoredSession>, record: KafkaRecord): void {
  const name = record.key?.toString('utf8')
  if (name === undefined) return
  const [first, ...headers] = record.headers
  if (first?.key === factsHeader && first.value !== null) {
    const session = sessions.get(name)
    const facts = JSON.parse(first.value.toString('utf8')) as IntentFacts
    if (session !== undefined) applyIntent(session, facts, { ...record, headers })
    return
  }
  // A claim, which only doors side by side need.
  if (record.value?.length === 0) return
  if (record.value === null) {
    sessions.delete(name)
    return
  }
  const event = JSON.parse(record.value.toString('utf8')) as SessionEvent
  if (event.kind === 'session') {
    const intents: StoredSession['intents'] = sessions.get(name)?.intents ?? new Map()
    const session = { ...fromSnapshot(event), intents }
    for (const { packetIds } of intents.values()) for (const id of packetIds) session.taken.add(id)
    sessions.set(name, session)
  } else applyEvent(sessions.get(name), event)
}

function fromSnapshot(snapshot: Snapshot): StoredSession {
  return {
    ...newStoredSession(),
    owner: snapshot.owner,
    expirySeconds: snapshot.expirySeconds,
    leftAtMs: snapshot.leftAtMs,
    subscriptions: [...snapshot.subscriptions],
    positions: positionsFromText(snapshot.positions),
    taken: new Set(snapshot.taken),
    sent: new Map(snapshot.sent.map(({ packetId, ...message }) => [packetId, message])),
    completed: new Set(snapshot.completed),
  }
}

function applyEvent(
  session: StoredSession | undefined,
  event: Exclude<SessionEvent, Snapshot>,
): void {
  if (session === undefined) return
  switch (event.kind) {
    case 'positions':
      session.positions = positionsFromText(event.positions)
      forgetCompleted(session.completed, session.positions)
      return
    case 'released':
      session.taken.delete(event.packetId)
      // Released means acknowledged before, so the whole batch is in the log.
      for (const [name, { packetIds }] of session.intents) {
        if (packetIds.includes(event.packetId)) session.intents.delete(name)
      }
      return
    case 'sent': {
      const { packetId, topic, partition, offset } = event
      session.sent.set(packetId, { topic, partition, offset, received: false })
      return
    }
    case 'received': {
      const message = session.sent.get(event.packetId)
      if (message !== undefined) message.received = true
      return
    }
    case 'completed': {
      const message = session.sent.get(event.packetId)
      session.sent.delete(event.packetId)
      if (message !== undefined) {
        session.completed.add(placeName(message.topic, message.partition, message.offset))
      }
    }
  }
}

function applyIntent(session: StoredSession, facts: IntentFacts, record: KafkaRecord): void {
  const { topic, partition, producerId, epoch, sequence, packetId } = facts
  session.taken.add(packetId)
  const name = `${topic}/${partition}`
  const key = facts.recordKey === null ? null : Buffer.from(facts.recordKey, 'base64')
  const last = session.intents.get(name)
  const same = last?.producerId === producerId && last.epoch === epoch && last.sequence === sequence
  if (same) {
    // A rewriting of the topic may have repeated what it already held.
    if (last.packetIds.includes(packetId)) return
    last.packetIds.push(packetId)
    last.records.push({ ...record, key })
    return
  }
  session.intents.set(name, {
    topic,
    partition,
    producerId,
    epoch,
    sequence,
    packetIds: [packetId],
    records: [{ ...record, key }],
  })
}

/** A name for one record. */
export function placeName(topic: string, partition: number, offset: bigint | string): string {
  return `${topic}/${partition}/${offset}`
}

/** What lies before the position needs no name of its own. */
export function forgetCompleted(
  completed: Set<string>,
  positions: ReadonlyMap<string, bigint>,
): void {
  for (const place of completed) {
    const end = place.lastIndexOf('/')
    const position = positions.get(place.slice(0, end))
    if (position !== undefined && BigInt(place.slice(end + 1)) < position) completed.delete(place)
  }
}

function positionsFromText(positions: Record<string, string>): Map<string, bigint> {
  return new Map(Object.entries(positions).map(([name, offset]) => [name, BigInt(offset)]))
}

/** What `placeName` says, for a message that has not been received. */
export function sentAt(place: string) {
  const offsetAt = place.lastIndexOf('/')
  const partitionAt = place.lastIndexOf('/', offsetAt - 1)
  return {
    topic: place.slice(0, partitionAt),
    partition: Number(place.slice(partitionAt + 1, offsetAt)),
    offset: place.slice(offsetAt + 1),
    received: false,
  }
}
