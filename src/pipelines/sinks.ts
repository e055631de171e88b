/** The connectors that take results on to other systems: each reads the topic of its target. */
import type { FlowSpec, TargetFormat, TargetSpec } from './steps/step.ts'
import { allTargets } from './targets.ts'

type ConnectorConfig = Readonly<Record<string, string>>

/** By their names. */
export function sinksOf(spec: FlowSpec): Readonly<Record<string, ConnectorConfig>> {
  const sinks = allTargets(spec).flatMap((target) =>
    target.connector === undefined ? [] : [sinkOf(target, target.connector)],
  )
  return Object.fromEntries(sinks)
}

/** What is wrong with them, as sentences. */
export function sinkProblems(spec: FlowSpec): string[] {
  const names = new Set<string>()
  return allTargets(spec).flatMap(({ topic, connector }) => {
    if (connector === undefined) return []
    const name = connector.name ?? topic
    const says: string[] = []
    if (names.has(name)) {
      says.push(`'${name}' names two connectors; write another 'name' into one of them.`)
    }
    names.add(name)
    if (connector['connector.class'] === undefined) {
      says.push(
        `The connector of '${topic}' has no class; write 'connector.class: MySqlSink' or another.`,
      )
    }
    if ('topics' in connector || 'topics.regex' in connector) {
      says.push(`The connector of '${topic}' reads that topic; delete its 'topics'.`)
    }
    return says
  })
}

/** What reads the values as the target writes them; `same` may be anything. */
const converters: Readonly<Record<TargetFormat, ConnectorConfig>> = {
  same: {},
  json: {
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
  },
  avro: { 'value.converter': 'io.confluent.connect.avro.AvroConverter' },
  text: { 'value.converter': 'org.apache.kafka.connect.storage.StringConverter' },
  bytes: { 'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter' },
}

function sinkOf(
  { topic, format }: TargetSpec,
  { name = topic, ...given }: ConnectorConfig,
): [string, ConnectorConfig] {
  return [name, { ...converters[format], topics: topic, ...given }]
}
