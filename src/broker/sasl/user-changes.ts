/** What a request to change SCRAM users does: decided here for each user, all or nothing of it. */
import type { AlterUserScramCredentials } from '../../protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { credentialOf } from '../../protocols/sasl/scram/keys.ts'
import {
  fewestIterations,
  mostIterations,
  scramMechanisms,
} from '../../protocols/sasl/scram/mechanisms.ts'
import { clusterEntry } from '../cluster-state.ts'
import type { KafkaError } from '../kafka-errors.ts'
import type { Entry } from '../state-topic.ts'
import { entryNameOf, type ScramUsers, toStored } from './scram-users.ts'

type Request = MessageOf<typeof AlterUserScramCredentials.request>
type Deletion = Request['deletions'][number]
type Upsertion = Request['upsertions'][number]

interface Known {
  readonly users: ScramUsers
  /** The users of the configuration, which stay as they are. */
  readonly declared: ReadonlySet<string>
  readonly mostUsers: number
}

interface UserChange {
  readonly user: string
  /** An error, or what is written. */
  readonly outcome: KafkaError | Entry
}

/** One change, or one refusal, for each user that the request names. */
export function userChanges({ deletions, upsertions }: Request, known: Known): UserChange[] {
  const wanted = [
    ...deletions.map((one) => ({ user: one.name, plan: () => deletion(one, known) })),
    ...upsertions.map((one) => ({ user: one.name, plan: () => upsertion(one) })),
  ]
  let count = known.users.count
  return [...Map.groupBy(wanted, ({ user }) => user)].map(([user, [only, ...others]]) => {
    if (only === undefined || others.length > 0) return { user, outcome: namedTwice }
    const outcome = problemOf(user, known) ?? only.plan()
    if ('errorCode' in outcome || outcome.value === null || known.users.has(user)) {
      return { user, outcome }
    }
    count += 1
    return { user, outcome: count > known.mostUsers ? tooMany(known.mostUsers) : outcome }
  })
}

function problemOf(user: string, { declared }: Known): KafkaError | undefined {
  if (user === '') return unacceptable('Username must not be empty')
  if (!declared.has(user)) return undefined
  return unacceptable(`User '${user}' is declared in leat.yml; change or remove it there.`)
}

function deletion({ name, mechanism }: Deletion, { users }: Known): KafkaError | Entry {
  const scram = scramMechanisms.find(({ type }) => type === mechanism)
  if (scram === undefined) return unknownMechanism
  if (users.find(name, scram.name) === undefined) return notThere
  return clusterEntry('scram', entryNameOf(scram, name), null)
}

function upsertion(wanted: Upsertion): KafkaError | Entry {
  const { name, mechanism, iterations, salt, saltedPassword } = wanted
  const scram = scramMechanisms.find(({ type }) => type === mechanism)
  if (scram === undefined) return unknownMechanism
  if (iterations < fewestIterations) return unacceptable('Too few iterations')
  if (iterations > mostIterations) return unacceptable('Too many iterations')
  if (salt.length === 0) return unacceptable('The salt must not be empty')
  if (saltedPassword.length === 0) return unacceptable('The password must not be empty')
  const credential = credentialOf(scram, saltedPassword, { salt, iterations })
  return clusterEntry('scram', entryNameOf(scram, name), toStored(credential))
}

const namedTwice: KafkaError = {
  errorCode: errorCode.DUPLICATE_RESOURCE,
  errorMessage: 'A user credential cannot be altered twice in the same request',
}
const unknownMechanism: KafkaError = {
  errorCode: errorCode.UNSUPPORTED_SASL_MECHANISM,
  errorMessage: 'Unknown SCRAM mechanism',
}
const notThere: KafkaError = {
  errorCode: errorCode.RESOURCE_NOT_FOUND,
  errorMessage: 'Attempt to delete a user credential that does not exist',
}

function unacceptable(errorMessage: string): KafkaError {
  return { errorCode: errorCode.UNACCEPTABLE_CREDENTIAL, errorMessage }
}

function tooMany(most: number): KafkaError {
  return {
    errorCode: errorCode.POLICY_VIOLATION,
    errorMessage: `The limit of ${most} SCRAM users is reached; delete some, or raise 'leat.max.scram.users'.`,
  }
}
