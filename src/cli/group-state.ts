import { describeGroup, type KafkaClient } from '../client/index.ts'
import { cliError } from './errors.ts'

/** Throws where there is no such group. */
export async function stateOf(client: KafkaClient, group: string) {
  const described = await describeGroup(client, group)
  if (described === undefined) {
    throw cliError('failed', { problem: `There is no group '${group}'.` })
  }
  return { state: described.state, members: described.members.length }
}
