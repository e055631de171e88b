/** The mirror's own topics in the hands of MirrorMaker 2's classes, and MirrorMaker 2 between leats. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectPlace } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import {
  formatted,
  mirrorMakerPeers,
  mirrorMakerVersions,
  startMirrorMaker,
} from '../helpers/mirror-maker.ts'
import { countOf, mirrorConfig, plain, recordsByPartition } from '../helpers/mirrors.ts'
import { withoutPeer } from '../helpers/peers.ts'

const byMirrorMaker = { skip: withoutPeer(...mirrorMakerPeers) }

test(
  "MirrorMaker's formatters read the offset syncs, checkpoints and heartbeats of a mirror",
  byMirrorMaker,
  async (t) => {
    const [factory, centre] = [await connectPlace(t), await connectPlace(t)]
    const worker = await centre.worker()
    await factory.client.createTopics([{ name: 'readings', partitions: 1 }])
    const producer = factory.client.producer()
    const sent = { topic: 'readings', partition: 0, value: Buffer.from('21.5') }
    await Promise.all(Array.from({ length: 10 }, () => producer.send(sent)))
    let read = 0
    const consumer = factory.client.consumer({
      ...{ group: 'analysis', topics: ['readings'], commitsHandled: true, fromBeginning: true },
      onRecords: (_topic, _partition, records) => {
        read += records.length
      },
    })
    const running = consumer.run()
    await eventually('the group has read', () => read >= 10)
    await consumer.close()
    await running
    const configs = {
      source: mirrorConfig({ factory, centre }, 'Source'),
      checkpoints: mirrorConfig({ factory, centre }, 'Checkpoint', {
        'emit.checkpoints.interval.seconds': '1',
      }),
      heartbeats: mirrorConfig({ factory, centre }, 'Heartbeat'),
    }
    for (const [name, config] of Object.entries(configs)) {
      await worker.ask('PUT', `/connectors/${name}/config`, config)
    }
    const [syncs, checkpoints, beats] = await Promise.all([
      formatted('OffsetSync', factory.brokers, 'mm2-offset-syncs.centre.internal', 1),
      formatted('Checkpoint', centre.brokers, 'factory.checkpoints.internal', 1),
      formatted('Heartbeat', centre.brokers, 'heartbeats', 2),
    ])
    assert.match(
      `${syncs}`,
      /^OffsetSync\{topicPartition=readings-0, upstreamOffset=(\d), downstreamOffset=\1\}$/,
    )
    assert.deepEqual(checkpoints, [
      'Checkpoint{consumerGroupId=analysis, topicPartition=factory.readings-0, ' +
        'upstreamOffset=10, downstreamOffset=10, metadata=}',
    ])
    for (const beat of beats) {
      assert.match(
        beat,
        /^Heartbeat\{sourceClusterAlias=factory, targetClusterAlias=centre, timestamp=\d+\}$/,
      )
    }
  },
)

for (const version of mirrorMakerVersions) {
  test(`MirrorMaker 2 (${version}) copies a topic from one leat to another`, {
    skip: withoutPeer('java', `kafka-mirror-${version}`),
  }, async (t) => {
    const [factory, centre] = [await connectPlace(t), await connectPlace(t)]
    await factory.client.createTopics([{ name: 'readings', partitions: 3 }])
    const producer = factory.client.producer()
    const firstAt = Date.now() - 1000
    await Promise.all(
      Array.from({ length: 1000 }, (_, n) =>
        producer.send({
          ...{ topic: 'readings', partition: n % 3, key: Buffer.from(`k${n}`) },
          value: n % 7 === 0 ? null : Buffer.from(`v${n}`),
          headers: [{ key: 'unit', value: Buffer.from('C') }],
          timestamp: BigInt(firstAt + n),
        }),
      ),
    )
    const program = startMirrorMaker(t, version, {
      clusters: 'factory, centre',
      'factory.bootstrap.servers': factory.brokers.join(),
      'centre.bootstrap.servers': centre.brokers.join(),
      'factory->centre.enabled': 'true',
      'factory->centre.topics': 'readings',
      'centre->factory.enabled': 'false',
      'replication.factor': '1',
      'checkpoints.topic.replication.factor': '1',
      'heartbeats.topic.replication.factor': '1',
      'offset-syncs.topic.replication.factor': '1',
      'offset.storage.replication.factor': '1',
      'status.storage.replication.factor': '1',
      'config.storage.replication.factor': '1',
    })
    await eventually(
      'the copies are there',
      async () => {
        if (!program.running) throw new Error(program.story())
        return (await countOf(centre.client, 'factory.readings')) >= 1000
      },
      90_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${program.story()}`)
    })
    const [there, here] = [
      await recordsByPartition(centre.client, 'factory.readings'),
      await recordsByPartition(factory.client, 'readings'),
    ]
    assert.deepEqual(
      there.map((records) => records.map(plain)),
      here.map((records) => records.map(plain)),
    )
  })
}
