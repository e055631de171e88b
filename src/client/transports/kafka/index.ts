/**
 * Services of type `kafka`.
 *
 * A writer of AT_LEAST_ONCE or EXACTLY_ONCE is idempotent and waits for all replicas. A reader with
 * a group commits what is done (AT_LEAST_ONCE), or the place of a message before it is handed out
 * (EXACTLY_ONCE), or what came before it is handed out (AT_MOST_ONCE). A reader without a group
 * reads all partitions from their end on, and keeps its positions as long as it lives.
 */
import { eventPrefixes } from '../../../formats/cloudevents/index.ts'
import type { Transport } from '../transport.ts'
import { openKafkaInlet } from './inlet.ts'
import { openKafkaOutlet } from './outlet.ts'
import { specKeys } from './spec.ts'

export const kafka: Transport = {
  type: 'kafka',
  specKeys,
  carriage: () => ({ headers: 'utf-8', eventPrefix: eventPrefixes.kafka }),
  reads: (wanted, topic) => wanted === topic,
  ownSpecKeys: ['acks'],
  openInlet: openKafkaInlet,
  openOutlet: openKafkaOutlet,
}
