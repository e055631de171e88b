/** confluent-kafka's serializers and its registry client, unchanged, against leat. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { shared } from '../helpers/subject.ts'

const peer = 'confluent-serializers-2.15.0'
const leat = shared((owner) => startLeat(owner, { registry: true }))
const value = { pump: 'p1', power: 46.5 }

const cases: Record<string, { promises: string; reports: object }> = {
  avro: {
    promises: 'Avro values are written and read, with schemas that come and grow by themselves',
    reports: {
      got: value,
      widened: { ...value, unit: 'kW' },
      by_latest: { ...value, unit: 'W' },
      versions: [1, 2],
    },
  },
  avro_references: {
    promises: 'Avro values are written and read by a schema that refers to another',
    reports: { pump: { id: 'p1' } },
  },
  json_schema: {
    promises: 'JSON values are written and read, and refused where they do not fit their schema',
    reports: { got: value, refused: true },
  },
  protobuf: {
    promises: 'Protobuf messages are written and read, with the files that they import',
    reports: { pump: 'p1', power: 46.5, references: [['pump.proto', 'pump.proto', 1]] },
  },
  validated_topic: {
    promises: 'the broker refuses values without an id of a schema that their topic has',
    reports: [87, 87, 0, 0],
  },
  administration: {
    promises: 'what is incompatible is refused, and versions and subjects are deleted',
    reports: {
      ...{ refused: [409, 40901], compatible: true, level: 'FULL', deleted: 1 },
      ...{ missing: 40402, gone: [2], for_good: [1, 2], subjects: false },
    },
  },
}

for (const [name, { promises, reports }] of Object.entries(cases)) {
  test(`with ${peer}, ${promises}`, { skip: withoutPeer(peer) }, async () => {
    const { brokers, registryUrl } = await leat()
    const said = await report(peer, program('registry_serializers.py'), brokers, registryUrl, name)
    assert.deepEqual(said, reports)
  })
}
