import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pipelineProblems } from './formula-parser.ts'
import { sinksOf } from './sinks.ts'
import { readSpec } from './testing/read-spec.ts'

test('a connector reads the topic of its target as the target writes it, in branches too', () => {
  const spec = readSpec(`
from: in
steps:
  - branch:
      - to: { topic: hot, format: json, connector: { connector.class: HttpSink, tasks.max: 2 } }
to:
  - { topic: clean, format: avro, connector: { connector.class: MySqlSink, name: rows } }
  - plain
`)
  assert.deepEqual(sinksOf(spec), {
    rows: {
      'connector.class': 'MySqlSink',
      topics: 'clean',
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
    },
    hot: {
      'connector.class': 'HttpSink',
      'tasks.max': '2',
      topics: 'hot',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
    },
  })
})

test('what the connector says of its converter counts', () => {
  const converter = 'org.apache.kafka.connect.storage.StringConverter'
  const spec = readSpec(
    `from: in\nto: { topic: t, format: json, connector: { connector.class: F, value.converter: ${converter} } }`,
  )
  assert.equal(sinksOf(spec).t?.['value.converter'], converter)
})

test('a connector without a class, with topics of its own, or of a name that another has is a problem', () => {
  const spec = readSpec(`
from: in
to:
  - { topic: a, connector: { name: b, connector.class: F, topics: c } }
  - { topic: b, connector: { file: d } }
`)
  assert.deepEqual(
    pipelineProblems({ p: spec }).map(({ says }) => says),
    [
      "The connector of 'a' reads that topic; delete its 'topics'.",
      "'b' names two connectors; write another 'name' into one of them.",
      "The connector of 'b' has no class; write 'connector.class: MySqlSink' or another.",
    ],
  )
})
