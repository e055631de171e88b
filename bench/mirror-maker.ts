/** MirrorMaker 2 as connectors of a Kafka Connect, as it comes and with larger batches. */
import { join } from 'node:path'
import type { Owner } from '../test/helpers/folders.ts'
import { KafkaConnect } from '../test/helpers/kafka-connect.ts'
import { peersHome } from '../test/helpers/peers.ts'

/** Started, in a process of its own. */
export async function mirrorMakerOn(owner: Owner, brokers: string): Promise<KafkaConnect> {
  const connect = await KafkaConnect.on(owner, brokers, {
    prefix: 'peer',
    // The options of Kafka's own start script.
    java: [
      ...['java', '-Xms256M', '-Xmx2G', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
      ...['-cp', join(peersHome, 'kafka-mirror-4.3.1', 'libs', '*')],
    ],
  })
  await connect.start()
  return connect
}

const bytes = 'org.apache.kafka.connect.converters.ByteArrayConverter'

export const asItComes = {
  'key.converter': bytes,
  'value.converter': bytes,
  'header.converter': bytes,
  'replication.factor': '1',
  'offset-syncs.topic.replication.factor': '1',
  'sync.topic.acls.enabled': 'false',
}

export const largeBatches = {
  'producer.override.batch.size': '262144',
  'producer.override.linger.ms': '20',
  'source.consumer.max.poll.records': '5000',
}
