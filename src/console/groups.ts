/** Groups, as far as somebody may see them. */
import type { Rights } from '../access/rights.ts'
import {
  type DescribedGroup,
  describeGroup,
  type GroupLag,
  type KafkaClient,
  lagsOf,
  listGroups,
} from '../client/index.ts'
import { consoleError } from './errors.ts'

/** Of how many groups it is told how far they are behind; of others it is not known. */
const mostLags = 500

async function visibleGroups(client: KafkaClient, rights: Rights) {
  const groups = await listGroups(client)
  return groups
    .filter(({ groupId }) => rights.shows('Describe', 'Group', groupId))
    .sort((one, other) => (one.groupId < other.groupId ? -1 : 1))
}

/** The groups that somebody may see, and how far behind each is in the topics that they may see. */
export async function groupsAndLags(client: KafkaClient, rights: Rights) {
  const groups = await visibleGroups(client, rights)
  const asked = groups.slice(0, mostLags).map(({ groupId }) => groupId)
  const lags = await lagsOf(client, asked)
  return groups.map((group) => ({ ...group, lags: visible(lags.get(group.groupId) ?? [], rights) }))
}

/** Throws 'group-unknown'. */
export async function groupNamed(client: KafkaClient, group: string): Promise<DescribedGroup> {
  const found = await describeGroup(client, group)
  if (found === undefined) throw consoleError('group-unknown', { group })
  return found
}

export function visible(lags: readonly GroupLag[], rights: Rights): GroupLag[] {
  return lags.filter(({ topic }) => rights.shows('Describe', 'Topic', topic))
}

/** As text; null where nothing is committed of what is there. */
export function lagAmong(lags: readonly GroupLag[]): string | null {
  const known = lags.flatMap(({ lag }) => lag ?? [])
  return known.length === 0 ? null : `${known.reduce((sum, lag) => sum + lag, 0n)}`
}
