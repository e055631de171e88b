import type { RegistryClient, SubjectVersion } from '../../client/registry/index.ts'
import { command, type Group, operandsOf, wholeNumber } from '../command.ts'
import { outputOption, printRows, toJson, wantsJson } from '../output.ts'
import { openRegistry, registryOption } from '../registry.ts'
import { check } from '../schemas/check.ts'
import { diff } from '../schemas/diff.ts'
import { readSchema, schemaOptions } from '../schemas/schema-file.ts'
import { printLine } from '../terminal.ts'

/** Subjects that are asked for at the same time. */
const mostAsked = 20

const list = command({
  options: {
    prefix: {
      type: 'string',
      short: 'p',
      value: 'TEXT',
      about: 'Only the subjects that begin so.',
      example: '-p readings',
    },
    ...registryOption,
    ...outputOption,
  },
  about: 'Each with its latest version, and the compatibility that a next one must keep.',
  examples: ['leat schemas list', 'leat schemas list -p readings -o json'],
  async run({ options, terminal }) {
    const registry = openRegistry(options, terminal)
    const { prefix } = options
    const subjects = await registry.subjects(prefix === undefined ? {} : { prefix })
    const rows: Awaited<ReturnType<typeof summaryOf>>[] = []
    for (let at = 0; at < subjects.length; at += mostAsked) {
      const some = subjects.slice(at, at + mostAsked)
      rows.push(...(await Promise.all(some.map((subject) => summaryOf(registry, subject)))))
    }
    await printRows({ options, terminal }, rows)
  },
})

async function summaryOf(registry: RegistryClient, subject: string) {
  const [{ type, version, id }, { compatibility }] = await Promise.all([
    registry.latest(subject),
    registry.config(subject, { defaultToGlobal: true }),
  ])
  return { subject, type, version, id, compatibility }
}

const get = command({
  operands: 'SUBJECT',
  options: {
    version: {
      type: 'string',
      value: 'N',
      about: 'Which version (default: the latest).',
      example: '--version 2',
    },
    ...registryOption,
    ...outputOption,
  },
  about: 'The text alone is printed; with -o json also its id, version and references.',
  examples: ['leat schemas get readings-value', 'leat schemas get readings-value --version 1'],
  async run({ options, operands, terminal }) {
    const [subject = ''] = operandsOf(operands, 'SUBJECT')
    const version = wholeNumber('version', options.version, 0, 1)
    const found = await openRegistry(options, terminal).version(subject, version || 'latest')
    const { id, type, references, text } = found
    const shown = { subject, version: found.version, id, type, references, schema: text }
    await printLine(terminal.stdout, wantsJson(options) ? toJson(shown) : readable(found))
  },
})

/** The languages that are JSON come on one line. */
function readable({ type, text }: SubjectVersion): string {
  return type === 'PROTOBUF' ? text.trimEnd() : JSON.stringify(JSON.parse(text), null, 2)
}

const register = command({
  operands: 'SUBJECT FILE',
  options: {
    ...schemaOptions,
    normalize: {
      type: 'boolean',
      about: 'Take schemas that differ only in how they are written for the same.',
      example: '--normalize',
    },
    ...registryOption,
    ...outputOption,
  },
  examples: [
    'leat schemas register readings-value reading.avsc',
    'leat schemas register meters-value meter.proto --reference common.proto=common:1',
  ],
  async run({ options, operands, terminal }) {
    const [subject = '', file = ''] = operandsOf(operands, 'SUBJECT', 'FILE')
    const schema = await readSchema(file, options)
    const registry = openRegistry(options, terminal)
    const how = { normalize: options.normalize ?? false }
    const id = await registry.register(subject, schema, how)
    const { version } = await registry.lookup(subject, schema, how)
    await printRows({ options, terminal }, [{ subject, version, id }])
  },
})

export const schemas: Group = {
  actions: {
    list: { summary: 'Lists the subjects.', command: list },
    get: { summary: 'Prints a schema.', command: get },
    register: { summary: 'Registers the schema in a file.', command: register },
    check: {
      summary: 'Says whether the registry would take the schema in a file.',
      command: check,
    },
    diff: {
      summary: 'Says what changed between two versions, and who still understands whom.',
      command: diff,
    },
  },
}
