import { LeatError } from '../../base/errors.ts'
import type { NewSchema, RegistryClient } from '../../client/registry/index.ts'
import { command, operandsOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { openRegistry, registryOption } from '../registry.ts'
import { printLine, type Terminal } from '../terminal.ts'
import { type Change, type Comparison, compare, type Text } from './comparison.ts'
import { groupsReading, topicOf } from './readers.ts'
import { readSchema, schemaOptions } from './schema-file.ts'

export const diff = command({
  operands: 'SUBJECT VERSION VERSION|FILE',
  options: { ...schemaOptions, ...registryOption, ...kafkaOptions, ...outputOption },
  about:
    'A version is a number or latest. Beside what changed it prints which groups have read the topic: who must follow, where the change is not FULL.',
  examples: [
    'leat schemas diff readings-value 1 2',
    'leat schemas diff readings-value latest new.avsc',
  ],
  async run({ options, operands, terminal }) {
    const [subject = '', from = '', to = ''] = operandsOf(
      operands,
      'SUBJECT',
      'VERSION',
      'VERSION or FILE',
    )
    const registry = openRegistry(options, terminal)
    const [earlier, later] = await Promise.all([
      registry.version(subject, versionFrom(from)),
      isVersion(to)
        ? registry.version(subject, versionFrom(to))
        : withReferences(registry, await readSchema(to, options)),
    ])
    const comparison = await compare(earlier, later)
    const topic = topicOf(subject)
    const groups = topic === undefined ? undefined : await groupsOf(topic, options, terminal)
    const told = { subject, from, to, ...comparison, topic, groups }
    if (wantsJson(options)) await printLine(terminal.stdout, toJson(told))
    else for (const line of linesOf(told)) await printLine(terminal.stdout, line)
  },
})

interface Told extends Comparison {
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly topic: string | undefined
  readonly groups: readonly string[] | undefined
}

const meanings = {
  FULL: 'readers with either schema read what was written with the other',
  BACKWARD:
    'readers with the later schema read what was written with the earlier; move readers first',
  FORWARD:
    'readers with the earlier schema read what is written with the later; move writers first',
  NONE: 'readers with one schema do not read what was written with the other',
} as const

function linesOf(told: Told): string[] {
  const { subject, from, to, compatibility, changes, notBackward, notForward } = told
  return [
    `${subject} ${from} → ${to}: ${compatibility}, ${meanings[compatibility]}.`,
    ...(changes.length === 0 ? ['Nothing changed.'] : changes.map(changeText)),
    ...notBackward.map((message) => `not backward: ${message}`),
    ...notForward.map((message) => `not forward: ${message}`),
    ...groupsText(told),
  ]
}

function changeText({ change, path, before, after }: Change): string {
  switch (change) {
    case 'added':
      return `+ ${path}: ${after}`
    case 'removed':
      return `- ${path}: ${before}`
    case 'changed':
      return `~ ${path}: ${before} → ${after}`
  }
}

function groupsText({ topic, groups }: Told): string[] {
  if (topic === undefined || groups === undefined) return []
  return groups.length === 0
    ? [`No group has read topic '${topic}'.`]
    : [`Groups that have read topic '${topic}': ${groups.join(', ')}.`]
}

/** Undefined, and said to people, where no broker answers: what changed is still worth knowing. */
async function groupsOf(
  topic: string,
  options: { readonly brokers?: string },
  terminal: Terminal,
): Promise<string[] | undefined> {
  try {
    await using client = openKafka(options, terminal)
    return await groupsReading(client, topic)
  } catch (error) {
    if (!(error instanceof LeatError)) throw error
    await printLine(
      terminal.stderr,
      `leat: which groups read '${topic}' is unknown: ${error.message}`,
    )
    return undefined
  }
}

async function withReferences(registry: RegistryClient, schema: NewSchema): Promise<Text> {
  const referencedTexts = new Map<string, string>()
  for (const { name, subject, version } of schema.references ?? []) {
    const found = await registry.version(subject, version)
    for (const [inner, text] of found.referencedTexts) referencedTexts.set(inner, text)
    referencedTexts.set(name, found.text)
  }
  return { ...schema, referencedTexts }
}

function isVersion(operand: string): boolean {
  return operand === 'latest' || /^\d+$/.test(operand)
}

function versionFrom(operand: string): number | 'latest' {
  if (operand === 'latest') return operand
  if (isVersion(operand)) return Number(operand)
  throw cliError('usage', { problem: `'${operand}' is no version; write a number or latest.` })
}
