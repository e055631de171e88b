import type { Metrics } from '../base/metrics.ts'
import type { Connection } from './connection.ts'
import type { Services } from './handler.ts'

export function registerMetrics(
  metrics: Metrics,
  services: Services,
  connections: ReadonlySet<Connection>,
): void {
  metrics.gauge(
    'leat_kafka_connections',
    'Kafka clients that are connected.',
    () => connections.size,
  )
  metrics.gauge(
    'leat_kafka_waiting_fetches',
    'Fetches that wait for records.',
    () => services.waitingRoom.size,
  )
  metrics.gauge(
    'leat_topics',
    'Topics, internal ones included.',
    () => [...services.topics.all()].length,
  )
  metrics.gauge(
    'leat_partitions',
    'Partitions of all topics.',
    () => services.topics.partitionCount,
  )
  metrics.gauge(
    'leat_log_writable',
    '1 while the log takes records, 0 once a failed sync has sealed it.',
    () => (services.log.sealedBy === undefined ? 1 : 0),
  )
  metrics.add({
    name: 'leat_topic_records_total',
    help: 'Records written to a topic since its beginning.',
    type: 'counter',
    read: () =>
      [...services.topics.all()].map((topic) => ({
        labels: { topic: topic.name },
        value: topic.partitions.reduce((sum, { endOffset }) => sum + Number(endOffset), 0),
      })),
  })
  metrics.add({
    name: 'leat_topic_size_bytes',
    help: 'Bytes that the segments of a topic have on disk.',
    type: 'gauge',
    read: () =>
      [...services.topics.all()].map((topic) => ({
        labels: { topic: topic.name },
        value: topic.partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      })),
  })
}
