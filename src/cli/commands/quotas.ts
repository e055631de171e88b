import { type EntityType, entityTypes, type Quota, quotaKeys } from '../../access/quota.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { DescribeClientQuotas } from '../../protocols/kafka/apis/48-describe-client-quotas.ts'
import { AlterClientQuotas } from '../../protocols/kafka/apis/49-alter-client-quotas.ts'
import { command, type Group, type OptionTable, operandsOf, type ValuesOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka, readPairs } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'

/** What stands for whoever has no quota of their own. */
const everybodyElse = '*'
const exactly = 0
const theDefault = 1

const whoseOptions = {
  user: {
    type: 'string',
    short: 'u',
    value: 'USER',
    about: "A user; '*' is each who has no quota of their own.",
    example: '-u alice',
  },
  'client-id': {
    type: 'string',
    value: 'ID',
    about: "A client id, alone or together with a user; '*' as above.",
    example: '--client-id pump-1',
  },
  ip: { type: 'string', value: 'ADDRESS', about: 'An address.', example: '--ip 10.0.0.7' },
} as const satisfies OptionTable

const list = command({
  options: { ...whoseOptions, ...kafkaOptions, ...outputOption },
  examples: ['leat quotas list', 'leat quotas list -u alice'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    await using client = openKafka(options, terminal)
    const components = entitiesIn(options).map(({ entityType, entityName }) => ({
      entityType,
      matchType: entityName === null ? theDefault : exactly,
      match: entityName,
    }))
    const answer = await client.request(DescribeClientQuotas, { components, strict: false })
    checkAnswer(answer.errorCode, answer.errorMessage || 'The list of quotas')
    await printRows({ options, terminal }, (answer.entries ?? []).map(rowOf))
  },
})

const set = command({
  operands: 'QUOTA=VALUE…',
  options: { ...whoseOptions, ...kafkaOptions },
  about: `Quotas are ${Object.keys(quotaKeys).join(', ')}.`,
  examples: [
    'leat quotas set -u alice producer_byte_rate=1048576',
    "leat quotas set --client-id '*' consumer_byte_rate=2000000 request_percentage=50",
  ],
  async run({ options, operands, terminal }) {
    if (operands.length === 0) {
      throw cliError('usage', { problem: 'Write a quota such as producer_byte_rate=1048576.' })
    }
    const pairs = Object.entries(readPairs('QUOTA', operands))
    const ops = pairs.map(([key, value]) => ({ key, value: numberOf(key, value), remove: false }))
    await using client = openKafka(options, terminal)
    await alter(client, options, ops)
  },
})

const remove = command({
  operands: 'QUOTA…',
  options: { ...whoseOptions, ...kafkaOptions },
  about: 'Takes quotas away. What leat.yml says counts again.',
  examples: ['leat quotas remove -u alice producer_byte_rate'],
  async run({ options, operands, terminal }) {
    if (operands.length === 0) throw cliError('usage', { problem: 'Write the name of a quota.' })
    const ops = operands.map((key) => ({ key, value: 0, remove: true }))
    await using client = openKafka(options, terminal)
    await alter(client, options, ops)
  },
})

export const quotas: Group = {
  actions: {
    list: { summary: 'Lists how much clients may do in a time.', command: list },
    set: { summary: 'Sets how much a user, a client id or an address may do.', command: set },
    remove: { summary: 'Takes quotas away.', command: remove },
  },
}

type Whose = ValuesOf<typeof whoseOptions>
interface Entity {
  readonly entityType: string
  readonly entityName: string | null
}

async function alter(
  client: KafkaClient,
  options: Whose,
  ops: readonly { key: string; value: number; remove: boolean }[],
): Promise<void> {
  const entity = entitiesIn(options)
  if (entity.length === 0) {
    throw cliError('usage', { problem: "Write whose quota, such as '-u alice'." })
  }
  const { entries } = await client.request(AlterClientQuotas, {
    entries: [{ entity, ops }],
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of entries) {
    checkAnswer(errorCode, errorMessage || 'The quota')
  }
}

function entitiesIn(options: Whose): Entity[] {
  return entityTypes.flatMap((entityType: EntityType) => {
    const name = options[entityType]
    return name === undefined
      ? []
      : [{ entityType, entityName: name === everybodyElse ? null : name }]
  })
}

function numberOf(key: string, text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw cliError('usage', { problem: `'${key}' is '${text}'; write a number above 0.` })
}

interface Listed {
  readonly entity: readonly Entity[]
  readonly values: readonly { readonly key: string; readonly value: number }[]
}

function rowOf({ entity, values }: Listed) {
  const names: Quota['entity'] = Object.fromEntries(
    entity.map(({ entityType, entityName }) => [entityType, entityName ?? everybodyElse]),
  )
  return {
    user: names.user,
    clientId: names['client-id'],
    ip: names.ip,
    quotas: values.map(({ key, value }) => `${key}=${value}`).join(' '),
  }
}
