/**
 * Services of type `iostream`: readers and writers of one process meet by the name of a topic. No
 * broker, no history; a publish resolves when every reader has taken it in. In SINETStream the type
 * stands for encoding and decoding alone; here a program can be tested with it as it is.
 */
import { Mailbox } from '../../base/mailbox.ts'
import { eventPrefixes } from '../../formats/cloudevents/index.ts'
import type { IncomingMessage, Transport } from './transport.ts'

const mostWaiting = 1000

const readers = new Map<string, Set<Mailbox<IncomingMessage>>>()

export const iostream: Transport = {
  type: 'iostream',
  specKeys: {},
  carriage: () => ({ headers: 'utf-8', eventPrefix: eventPrefixes.kafka }),
  reads: (wanted, topic) => wanted === topic,
  ownSpecKeys: [],
  async openInlet({ topics }, { clock }) {
    const inbox = new Mailbox<IncomingMessage>(mostWaiting, clock)
    for (const topic of topics) {
      const ofTopic = readers.get(topic) ?? new Set()
      readers.set(topic, ofTopic.add(inbox))
    }
    return {
      inbox,
      info: () => ({}),
      async close() {
        inbox.close()
        for (const topic of topics) {
          const ofTopic = readers.get(topic)
          ofTopic?.delete(inbox)
          if (ofTopic?.size === 0) readers.delete(topic)
        }
      },
    }
  },
  async openOutlet() {
    return {
      async publish({ topic, bytes, timestampUs, key, headers, contentType }) {
        const incoming = {
          ...{ topic, timestampUs, headers, contentType },
          bytes: Buffer.from(bytes),
          key: key === undefined ? undefined : Buffer.from(key),
          raw: undefined,
        }
        await Promise.all(Array.from(readers.get(topic) ?? [], (inbox) => inbox.put(incoming)))
      },
      info: () => ({}),
      async close() {},
    }
  },
}
