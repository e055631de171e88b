/**
 * Users who log in with SCRAM. A cluster keeps of a password what checks it, and tells it nobody; so
 * users come to the target whose passwords are known, with a new salt.
 */
import type { Random } from '../base/random.ts'
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { DescribeUserScramCredentials } from '../protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { AlterUserScramCredentials } from '../protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import { saltFrom, saltPassword } from '../protocols/sasl/scram/keys.ts'
import { scramMechanisms } from '../protocols/sasl/scram/mechanisms.ts'
import { graduationError } from './errors.ts'

export interface User {
  readonly name: string
  readonly mechanisms: readonly { readonly mechanism: number; readonly iterations: number }[]
}

/** 130 bits of them are used. */
const saltBytes = 17

export async function readUsers(client: KafkaClient): Promise<User[]> {
  const answer = await client.request(DescribeUserScramCredentials, { users: null })
  checkAnswer(answer.errorCode, answer.errorMessage ?? 'The list of users')
  return answer.results.map(({ user, credentialInfos }) => ({
    name: user,
    mechanisms: credentialInfos,
  }))
}

/** Makes a user of the target, for the mechanisms that it has at the source. */
export async function writeUser(
  target: KafkaClient,
  { name, mechanisms }: User,
  password: string,
  random: Random,
): Promise<void> {
  // One mechanism a request: Kafka refuses to change a user twice in one.
  for (const { mechanism, iterations } of mechanisms) {
    const scram = scramMechanisms.find(({ type }) => type === mechanism)
    if (scram === undefined) continue
    const salt = saltFrom(random.bytes(saltBytes))
    const saltedPassword = await saltPassword(scram, password, salt, iterations)
    const { results } = await target.request(AlterUserScramCredentials, {
      deletions: [],
      upsertions: [{ name, mechanism, iterations, salt, saltedPassword }],
    })
    for (const { errorCode, errorMessage } of results) {
      if (errorCode === 0) continue
      const why = errorMessage ?? `error ${errorCode}`
      throw graduationError('users-refused', { user: name, why })
    }
  }
}
