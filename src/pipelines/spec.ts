/** What leat.yml says of pipelines. */
import {
  choice,
  list,
  map,
  optional,
  part,
  type Setting,
  text,
  type ValueOf,
} from '../base/settings.ts'
import { sourceFormats } from './formats/read-value.ts'
import { steps, targets } from './steps/flow-setting.ts'
import { oneOrMany } from './steps/settings.ts'

/** Any value of YAML, as an example of a record. */
function anything(about: string, example: string): Setting<unknown> {
  return { about, example, read: (raw) => raw }
}

const exampleRecord = part('A record of an example.', {
  topic: optional(text({ about: 'Where it stands.', example: 'readings' })),
  key: optional(anything('Its key.', 'pump-1')),
  value: anything('Its value.', '{ temperature: 20.5 }'),
  timestamp: optional(anything('Milliseconds since 1970, or a time as text.', '1700000000000')),
})

const example = part('Records that come in, and those that are to come out.', {
  name: text({
    about: 'What the example shows.',
    example: 'cold readings pass',
    fallback: 'an example',
  }),
  given: list(
    { about: 'What comes in.', example: '[ { value: { temperature: 20.5 } } ]' },
    exampleRecord,
  ),
  expect: list(
    { about: 'All that comes out, in order.', example: '[ { value: { temperature: 20.5 } } ]' },
    exampleRecord,
  ),
})

export const pipelineSetting = part('Records of topics, step by step, into other topics.', {
  from: oneOrMany(
    text({ about: 'The topic that is read, or a list; /…/ is a pattern.', example: 'readings' }),
  ),
  start: choice(
    { about: 'Where a new pipeline begins.', example: 'beginning', fallback: 'beginning' },
    ['beginning', 'end'],
  ),
  format: choice(
    {
      about:
        "How values are read: json, registry (they carry a schema's id), auto (one of these two), text or bytes.",
      example: 'auto',
      fallback: 'auto',
    },
    sourceFormats,
  ),
  steps,
  to: targets,
  errors: text({
    about:
      "Where records go that cannot be read, changed or written, with the reason in their headers; 'drop' forgets them, 'stop' stops the pipeline. Without it, a topic called PIPELINE-errors.",
    example: 'bad-readings',
    fallback: '',
  }),
  tests: list(
    {
      about: 'Examples, for leat pipelines test.',
      example: `[ { given: [], expect: [] } ]`,
      fallback: [],
    },
    example,
  ),
})

export const pipelinesSetting = map(
  { about: 'Pipelines by their names.', example: '{ warm: { from: a, to: b } }' },
  pipelineSetting,
  (name) =>
    /^[a-zA-Z0-9._-]{1,200}$/.test(name)
      ? undefined
      : `'${name}' is no name for a pipeline; write at most 200 letters, digits, dots, '-' and '_'.`,
)

export type PipelineSpec = ValueOf<typeof pipelineSetting>
export type PipelineExample = ValueOf<typeof example>
