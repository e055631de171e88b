import { formatPrincipal, principalOf } from '../../access/principal.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { CreateDelegationToken } from '../../protocols/kafka/apis/38-create-delegation-token.ts'
import { RenewDelegationToken } from '../../protocols/kafka/apis/39-renew-delegation-token.ts'
import { ExpireDelegationToken } from '../../protocols/kafka/apis/40-expire-delegation-token.ts'
import { DescribeDelegationToken } from '../../protocols/kafka/apis/41-describe-delegation-token.ts'
import { command, type Group, operandsOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'

const ownerOption = {
  type: 'string',
  value: 'USER',
  example: '--owner alice',
} as const

const list = command({
  options: {
    owner: { ...ownerOption, multiple: true, about: 'Those that this user owns or may renew.' },
    ...kafkaOptions,
    ...outputOption,
  },
  about: 'Those that you own or may renew, and those of users whose tokens you may see.',
  examples: ['leat tokens list', 'leat tokens list --owner alice -o json'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    await using client = openKafka(options, terminal)
    const tokens = await tokensOf(client, options.owner?.map(readPrincipal))
    const rows = tokens.map((token) => ({
      id: token.tokenId,
      owner: named(token),
      renewers: token.renewers.map(named).join(' '),
      issued: timeOf(token.issueTimestamp),
      expires: timeOf(token.expiryTimestamp),
      ends: timeOf(token.maxTimestamp),
    }))
    await printRows({ options, terminal }, rows)
  },
})

const create = command({
  options: {
    owner: { ...ownerOption, about: 'Who logs in with it; without it, you.' },
    renewer: {
      type: 'string',
      multiple: true,
      value: 'USER',
      about: 'Who may renew and expire it beside its owner.',
      example: '--renewer scheduler',
    },
    'lifetime-ms': {
      type: 'string',
      value: 'MS',
      about: 'How old it may grow, however often it is renewed (default: what the broker allows).',
      example: '--lifetime-ms 3600000',
    },
    ...kafkaOptions,
    ...outputOption,
  },
  about:
    'Prints its id and its HMAC: user and password of a SCRAM login with tokenauth="true". Whoever has the HMAC is its owner until it expires; it is not shown again.',
  examples: ['leat tokens create --renewer scheduler', 'leat tokens create --owner pump-1 -o json'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    const owner = options.owner === undefined ? undefined : readPrincipal(options.owner)
    const maxLifetimeMs = wholeNumber('lifetime-ms', options['lifetime-ms'], brokersDefault, 1)
    const renewers = (options.renewer ?? []).map(readPrincipal)
    await using client = openKafka(options, terminal)
    const answer = await client.request(CreateDelegationToken, {
      ownerPrincipalType: owner?.principalType ?? null,
      ownerPrincipalName: owner?.principalName ?? null,
      renewers,
      maxLifetimeMs: BigInt(maxLifetimeMs),
    })
    checkAnswer(answer.errorCode, 'The token')
    const made = {
      id: answer.tokenId,
      hmac: answer.hmac.toString('base64'),
      owner: named(answer),
      expires: timeOf(answer.expiryTimestampMs),
      ends: timeOf(answer.maxTimestampMs),
    }
    await printRows({ options, terminal }, [made])
  },
})

const renew = expiryCommand({
  examples: ['leat tokens renew 5Tl5vWxYQcOzbPZ1Pyh2Ag'],
  period: {
    about: 'For how long from now on (default: what the broker allows).',
    example: '--period-ms 3600000',
  },
  leastMs: 1,
  ask: (client, hmac, renewPeriodMs) =>
    client.request(RenewDelegationToken, { hmac, renewPeriodMs }),
})

const expire = expiryCommand({
  about: 'Connections that are logged in stay until they would have had to log in again.',
  examples: ['leat tokens expire 5Tl5vWxYQcOzbPZ1Pyh2Ag'],
  period: { about: 'When, from now on; without it, at once.', example: '--period-ms 60000' },
  leastMs: 0,
  ask: (client, hmac, expiryTimePeriodMs) =>
    client.request(ExpireDelegationToken, { hmac, expiryTimePeriodMs }),
})

export const tokens: Group = {
  actions: {
    list: { summary: 'Lists delegation tokens; never what opens a door.', command: list },
    create: { summary: 'Makes a token with which others log in as you.', command: create },
    renew: { summary: 'Puts off the expiry of a token.', command: renew },
    expire: { summary: 'Ends a token, at once or later.', command: expire },
  },
}

/** Renewed for as long as the broker says, and expired at once. */
const brokersDefault = -1
const endOfTimeMs = 8.64e15

interface ExpiryCommand {
  readonly about?: string
  readonly examples: readonly string[]
  readonly period: { readonly about: string; readonly example: string }
  readonly leastMs: number
  readonly ask: (
    client: KafkaClient,
    hmac: Buffer,
    periodMs: bigint,
  ) => Promise<{ readonly errorCode: number; readonly expiryTimestampMs: bigint }>
}

/** It sets when a token expires, and tells it. */
function expiryCommand({ period, leastMs, ask, ...told }: ExpiryCommand) {
  return command({
    ...told,
    operands: 'ID',
    options: {
      'period-ms': { type: 'string', value: 'MS', ...period },
      ...kafkaOptions,
      ...outputOption,
    },
    async run({ options, operands, terminal }) {
      const [id = ''] = operandsOf(operands, 'ID')
      const periodMs = wholeNumber('period-ms', options['period-ms'], brokersDefault, leastMs)
      await using client = openKafka(options, terminal)
      const answer = await ask(client, await hmacOf(client, id), BigInt(periodMs))
      checkAnswer(answer.errorCode, `Token '${id}'`)
      const row = { id, expires: timeOf(answer.expiryTimestampMs) }
      await printRows({ options, terminal }, [row])
    },
  })
}

interface Named {
  readonly principalType: string
  readonly principalName: string
}

async function tokensOf(client: KafkaClient, owners?: readonly Named[]) {
  const answer = await client.request(DescribeDelegationToken, { owners: owners ?? null })
  checkAnswer(answer.errorCode, 'The list of tokens')
  return answer.tokens.toSorted((one, other) => (one.tokenId < other.tokenId ? -1 : 1))
}

/** Kafka knows a token that is to change by its secret, which must not stand in a command. */
async function hmacOf(client: KafkaClient, id: string): Promise<Buffer> {
  const token = (await tokensOf(client)).find(({ tokenId }) => tokenId === id)
  if (token !== undefined) return token.hmac
  throw cliError('failed', {
    problem: `You can see no token '${id}'; 'leat tokens list' lists them.`,
  })
}

function readPrincipal(text: string): Named {
  const principal = principalOf(text)
  if (principal !== undefined)
    return { principalType: principal.type, principalName: principal.name }
  throw cliError('usage', { problem: `'${text}' is no user; write a name such as alice.` })
}

function named({ principalType: type, principalName: name }: Named): string {
  return formatPrincipal({ type, name })
}

/** Kafka allows times that no calendar has. */
function timeOf(ms: bigint): string {
  return new Date(Math.min(Number(ms), endOfTimeMs)).toISOString()
}
