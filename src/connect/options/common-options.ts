import { JavaPattern, type Options } from '../kit/index.ts'

/** What every connector has, under Kafka Connect's own names, in its order. */
export const commonOptions = {
  name: {
    type: 'string',
    about: 'The name of the connector: one of its kind among all workers of a group.',
    importance: 'high',
    group: 'Common',
    width: 'medium',
    displayName: 'Connector name',
    check: (name: string) => wrongName(name),
  },
  'connector.class': {
    type: 'string',
    about: 'Which connector: the full name of its class, or the short one.',
    importance: 'high',
    group: 'Common',
    width: 'long',
    displayName: 'Connector class',
  },
  'connector.plugin.version': {
    type: 'string',
    default: null,
    about: 'Which version of the connector; leat has one of each.',
    importance: 'medium',
    group: 'Common',
    width: 'medium',
    displayName: 'Connector version',
  },
  'tasks.max': {
    type: 'int',
    default: '1',
    least: 1,
    about: 'How many tasks share the work at most.',
    importance: 'high',
    group: 'Common',
    width: 'short',
    displayName: 'Tasks max',
  },
  'tasks.max.enforce': {
    type: 'boolean',
    default: 'true',
    about: 'Whether a connector that makes more tasks than tasks.max fails.',
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Enforce tasks max',
  },
  'key.converter': {
    type: 'class',
    default: null,
    about: "How the keys of records are read and written; without it, the worker's way.",
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Key converter class',
  },
  'key.converter.plugin.version': {
    type: 'string',
    default: null,
    about: 'Which version of that converter; leat has one of each.',
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Key converter version',
  },
  'value.converter': {
    type: 'class',
    default: null,
    about: "How the values of records are read and written; without it, the worker's way.",
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Value converter class',
  },
  'value.converter.plugin.version': {
    type: 'string',
    default: null,
    about: 'Which version of that converter; leat has one of each.',
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Value converter version',
  },
  'header.converter': {
    type: 'class',
    default: null,
    about: "How the headers of records are read and written; without it, the worker's way.",
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Header converter class',
  },
  'header.converter.plugin.version': {
    type: 'string',
    default: null,
    about: 'Which version of that converter; leat has one of each.',
    importance: 'low',
    group: 'Common',
    width: 'short',
    displayName: 'Header converter version',
  },
  transforms: {
    type: 'list',
    default: '',
    about: 'The transforms that each record goes through: names that are given here, in order.',
    importance: 'low',
    group: 'Transforms',
    width: 'long',
    displayName: 'Transforms',
    check: (aliases: readonly string[]) => wrongAliases(aliases),
  },
  predicates: {
    type: 'list',
    default: '',
    about: 'The predicates that transforms may ask: names that are given here.',
    importance: 'low',
    group: 'Predicates',
    width: 'long',
    displayName: 'Predicates',
    check: (aliases: readonly string[]) => wrongAliases(aliases),
  },
  'config.action.reload': {
    type: 'string',
    default: 'restart',
    check: exactly('none', 'restart'),
    about: 'What happens when a secret outside has changed; leat reads secrets when a task starts.',
    importance: 'low',
    group: 'Common',
    width: 'medium',
    displayName: 'Reload Action',
  },
  'errors.retry.timeout': {
    type: 'long',
    default: '0',
    about: 'For how many milliseconds converting a record is tried again; -1 for ever.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'medium',
    displayName: 'Retry Timeout for Errors',
  },
  'errors.retry.delay.max.ms': {
    type: 'long',
    default: '60000',
    about: 'The longest wait between two attempts, in milliseconds.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'medium',
    displayName: 'Maximum Delay Between Retries for Errors',
  },
  'errors.tolerance': {
    type: 'string',
    default: 'none',
    check: exactly('none', 'all'),
    about: 'Whether a record that cannot be taken fails the task (none) or is passed over (all).',
    importance: 'medium',
    group: 'Error Handling',
    width: 'short',
    displayName: 'Error Tolerance',
  },
  'errors.log.enable': {
    type: 'boolean',
    default: 'false',
    about: 'Whether records that are passed over are logged, too.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'short',
    displayName: 'Log Errors',
  },
  'errors.log.include.messages': {
    type: 'boolean',
    default: 'false',
    about: 'Whether the log says which record it was.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'short',
    displayName: 'Log Error Details',
  },
} as const satisfies Options

/** What every sink has besides. */
export const sinkOptions = {
  topics: {
    type: 'list',
    default: '',
    about: 'The topics to read, separated by commas.',
    importance: 'high',
    group: 'Common',
    width: 'long',
    displayName: 'Topics',
  },
  'topics.regex': {
    type: 'string',
    default: '',
    about: 'A regular expression of the topics to read; either this or topics.',
    importance: 'high',
    group: 'Common',
    width: 'long',
    displayName: 'Topics regex',
    check: (pattern: string) => wrongPattern(pattern),
  },
  'errors.deadletterqueue.topic.name': {
    type: 'string',
    default: '',
    about: 'The topic that gets the records that are passed over, as they were read.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'medium',
    displayName: 'Dead Letter Queue Topic Name',
  },
  'errors.deadletterqueue.topic.replication.factor': {
    type: 'short',
    default: '3',
    about: 'How often that topic is kept, where leat makes it.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'medium',
    displayName: 'Dead Letter Queue Topic Replication Factor',
  },
  'errors.deadletterqueue.context.headers.enable': {
    type: 'boolean',
    default: 'false',
    about: 'Whether headers (__connect.errors.…) tell what was wrong with a record and where.',
    importance: 'medium',
    group: 'Error Handling',
    width: 'medium',
    displayName: 'Enable Error Context Headers',
  },
} as const satisfies Options

/** What every source has besides. */
export const sourceOptions = {
  'topic.creation.groups': {
    type: 'list',
    default: '',
    about: 'Groups of topics that are made in their own way: names that are given here.',
    importance: 'low',
    group: 'Topic Creation',
    width: 'long',
    displayName: 'Topic Creation Groups',
    check: (aliases: readonly string[]) => wrongAliases(aliases),
  },
  'exactly.once.support': {
    type: 'string',
    default: 'requested',
    oneOf: ['requested', 'required'],
    about: 'Whether records must be written exactly once (required), or need not be (requested).',
    importance: 'medium',
    group: 'Exactly Once Support',
    width: 'short',
    displayName: 'Exactly once support',
  },
  'transaction.boundary': {
    type: 'string',
    default: 'poll',
    oneOf: ['interval', 'poll', 'connector'],
    about: 'Where transactions end, once there are some.',
    importance: 'medium',
    group: 'Exactly Once Support',
    width: 'short',
    displayName: 'Transaction Boundary',
  },
  'transaction.boundary.interval.ms': {
    type: 'long',
    default: null,
    least: 0,
    about: 'How long a transaction is, where transaction.boundary=interval.',
    importance: 'low',
    group: 'Exactly Once Support',
    width: 'short',
    displayName: 'Transaction boundary interval',
  },
  'offsets.storage.topic': {
    type: 'string',
    default: null,
    about: "A topic of its own for this connector's offsets; leat keeps them with all others.",
    importance: 'low',
    group: 'offsets.topic',
    width: 'long',
    displayName: 'Offsets topic',
  },
} as const satisfies Options

/** Where an option stands within its group, as Kafka Connect counts: on through some groups. */
export const ordersInGroups: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.keys(commonOptions).map((name, index) => [name, index + 1])),
  ...numbered(
    Object.keys(commonOptions).filter((name) => name.startsWith('errors.')),
    1,
  ),
  topics: 4,
  'topics.regex': 4,
  ...numbered(
    Object.keys(sinkOptions).filter((name) => name.startsWith('errors.')),
    6,
  ),
  ...numbered(Object.keys(sourceOptions), 1),
  'offsets.storage.topic': 1,
}

function numbered(names: readonly string[], first: number): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, first + index]))
}

/** These need their case, others do not. */
function exactly(...choices: readonly string[]) {
  return (value: string) =>
    choices.includes(value) ? undefined : `String must be one of: ${choices.join(', ')}`
}

function wrongName(name: string): string | undefined {
  if (name === '') return 'String may not be empty'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused.
  return /[\u0000-\u001f\u007f]/.test(name) ? 'String may not contain control sequences' : undefined
}

function wrongAliases(aliases: readonly string[]): string | undefined {
  return new Set(aliases).size < aliases.length ? 'Duplicate alias provided.' : undefined
}

function wrongPattern(pattern: string): string | undefined {
  try {
    new JavaPattern(pattern)
    return undefined
  } catch (error) {
    return `Invalid regex: ${error instanceof Error ? error.message : String(error)}`
  }
}
