import { nearest } from '../../base/nearest.ts'
import {
  choice,
  list,
  map,
  optional,
  part,
  type Setting,
  scalar,
  text,
} from '../../base/settings.ts'
import { stepKinds } from './index.ts'
import { oneOrMany } from './settings.ts'
import { type StepSpec, type TargetSpec, targetFormats } from './step.ts'

const names = () => stepKinds.map(({ name }) => name)

/** A step is one key, its kind, and what that kind wants to know. */
const step: Setting<StepSpec> = {
  about: 'A step: filter, map, set, drop, key, branch, window or deduplicate.',
  example: '{ filter: "value.temperature != null" }',
  read(raw, at, report) {
    const [given, more] = typeof raw === 'object' && raw !== null ? Object.entries(raw) : []
    const kind = stepKinds.find(({ name }) => name === given?.[0])
    if (given === undefined || kind === undefined) {
      const meant = given === undefined ? undefined : nearest(given[0], names())
      const cure = meant === undefined ? `one of ${names().join(', ')}` : `'${meant}'`
      const what = given === undefined ? 'A step' : `'${given[0]}'`
      report({ at, says: `${what} is no step; write ${cure}, such as ${this.example}.` })
      return undefined as never
    }
    if (more !== undefined) {
      report({ at, says: `A step has one key; write '- ' before '${more[0]}', which is another.` })
    }
    const spec = kind.setting.read(given[1], [...at, kind.name], report)
    return { kind, spec }
  },
}

const connector = map(
  {
    about:
      "A sink that reads the topic, in Kafka Connect's keys; its name is the topic's, or `name`.",
    example: '{ connector.class: MySqlSink, connection.url: "jdbc:mysql://127.0.0.1/plant" }',
  },
  scalar({ about: 'The value of a key.', example: 'upsert' }, 'a text or a number', (raw) => raw),
)

const fullTarget = part('Where the results go.', {
  topic: text({ about: 'A Kafka topic.', example: 'clean' }),
  format: choice(
    {
      about:
        'How values are written: same (the bytes that were read where no step has changed them, else JSON), json, avro (with a schema in the registry), text or bytes.',
      example: 'json',
      fallback: 'same',
    },
    targetFormats,
  ),
  schema: optional(
    text({
      about: 'The Avro schema of the values; without one it follows from the values.',
      example: '\'{"type":"record","name":"Clean","fields":[{"name":"celsius","type":"double"}]}\'',
    }),
  ),
  connector: optional(connector),
})

const target: Setting<TargetSpec> = {
  about: fullTarget.about,
  example: 'clean',
  read: (raw, at, report) =>
    fullTarget.read(typeof raw === 'object' ? raw : { topic: raw }, at, report),
}

export const steps: Setting<StepSpec[]> = list(
  { about: 'What happens to each record, in order.', example: `[ ${step.example} ]`, fallback: [] },
  step,
)

export const targets: Setting<TargetSpec[]> = {
  ...oneOrMany(target),
  about: 'Where the results go: a topic, or a list of them.',
  fallback: () => [],
}

/** Steps and targets: a branch. */
export const flowSetting = part('A branch.', { steps, to: targets })
