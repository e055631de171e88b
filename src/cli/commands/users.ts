import { systemRandom } from '../../base/random.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import { DescribeUserScramCredentials } from '../../protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { AlterUserScramCredentials } from '../../protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import type { Draft } from '../../protocols/kafka/schema.ts'
import { saltFrom, saltPassword } from '../../protocols/sasl/scram/keys.ts'
import {
  fewestIterations,
  type ScramMechanism,
  scramMechanisms,
} from '../../protocols/sasl/scram/mechanisms.ts'
import { command, type Group, oneOf, operandsOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'
import { newPassword, passwordOptions } from '../password.ts'

const mechanismOption = {
  mechanism: {
    type: 'string',
    short: 'm',
    value: 'MECHANISM',
    about: 'SCRAM-SHA-256 or SCRAM-SHA-512; without it, both.',
    example: '-m SCRAM-SHA-512',
  },
} as const

const list = command({
  options: { ...kafkaOptions, ...outputOption },
  about: 'Those of leat.yml, too; never their passwords.',
  examples: ['leat users list', 'leat users list -o json'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    await using client = openKafka(options, terminal)
    const users = await usersOf(client)
    const rows = users.flatMap(({ user, credentialInfos }) =>
      credentialInfos.map(({ mechanism, iterations }) => ({
        user,
        mechanism: scramMechanisms.find(({ type }) => type === mechanism)?.name ?? mechanism,
        iterations,
      })),
    )
    await printRows({ options, terminal }, rows)
  },
})

const add = command({
  operands: 'USER',
  options: {
    ...passwordOptions,
    ...mechanismOption,
    iterations: {
      type: 'string',
      value: 'N',
      about: `How much work it is to try a password (default ${fewestIterations}).`,
      example: '--iterations 16384',
    },
    ...kafkaOptions,
    ...outputOption,
  },
  about:
    'Asks for the password, or reads it where it is said. A user who is there already gets a new one. The password itself does not leave this machine.',
  examples: ['leat users add alice', 'leat users add alice --password-file ./secrets/alice'],
  async run({ options, operands, terminal }) {
    const [user = ''] = operandsOf(operands, 'USER')
    const mechanisms = chosen(options.mechanism)
    const iterations = wholeNumber(
      'iterations',
      options.iterations,
      fewestIterations,
      fewestIterations,
    )
    const password = await newPassword(options, terminal)
    await using client = openKafka(options, terminal)
    for (const mechanism of mechanisms) {
      const salt = saltFrom(systemRandom.bytes(saltBytes))
      const saltedPassword = await saltPassword(mechanism, password, salt, iterations)
      const upsertion = { name: user, mechanism: mechanism.type, iterations, salt, saltedPassword }
      await alter(client, { deletions: [], upsertions: [upsertion] })
    }
    const done = mechanisms.map(({ name }) => ({ user, mechanism: name, result: 'added' }))
    await printRows({ options, terminal }, done)
  },
})

const remove = command({
  operands: 'USER',
  options: { ...mechanismOption, ...kafkaOptions, ...outputOption },
  about: 'Connections that are logged in stay until they end.',
  examples: ['leat users remove alice', 'leat users remove alice -m SCRAM-SHA-256'],
  async run({ options, operands, terminal }) {
    const [user = ''] = operandsOf(operands, 'USER')
    await using client = openKafka(options, terminal)
    const known = await usersOf(client)
    const types = known.find((one) => one.user === user)?.credentialInfos ?? []
    const mechanisms = chosen(options.mechanism).filter(({ type }) =>
      types.some(({ mechanism }) => mechanism === type),
    )
    if (mechanisms.length === 0) {
      throw cliError('failed', { problem: `There is no such password of a user '${user}'.` })
    }
    for (const { type } of mechanisms) {
      await alter(client, { deletions: [{ name: user, mechanism: type }], upsertions: [] })
    }
    const done = mechanisms.map(({ name }) => ({ user, mechanism: name, result: 'removed' }))
    await printRows({ options, terminal }, done)
  },
})

export const users: Group = {
  actions: {
    list: { summary: 'Lists the users who log in with SCRAM.', command: list },
    add: { summary: 'Adds a user, or gives one a new password.', command: add },
    remove: { summary: 'Removes a user.', command: remove },
  },
}

/** 130 bits of them are used. */
const saltBytes = 17

function chosen(name: string | undefined): readonly ScramMechanism[] {
  if (name === undefined) return scramMechanisms
  const names = scramMechanisms.map((mechanism) => mechanism.name)
  const wanted = oneOf('mechanism', name, names, names[0] ?? 'SCRAM-SHA-256')
  return scramMechanisms.filter((mechanism) => mechanism.name === wanted)
}

async function usersOf(client: KafkaClient) {
  const answer = await client.request(DescribeUserScramCredentials, { users: null })
  checkAnswer(answer.errorCode, answer.errorMessage ?? 'The list of users')
  return answer.results.toSorted((one, other) => (one.user < other.user ? -1 : 1))
}

/** One mechanism a request: Kafka refuses to change a user twice in one. */
async function alter(
  client: KafkaClient,
  changes: Draft<typeof AlterUserScramCredentials.request>,
): Promise<void> {
  const { results } = await client.request(AlterUserScramCredentials, changes)
  for (const { user, errorCode, errorMessage } of results) {
    checkAnswer(errorCode, errorMessage ?? `User '${user}'`)
  }
}
