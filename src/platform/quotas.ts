/** How much clients may do, as leat.yml says it. */
import {
  entityProblem,
  isQuotaKey,
  type Quota,
  type QuotaKey,
  quotaKeys,
  valueProblem,
} from '../access/quota.ts'
import { list, optional, part, type Setting, scalar, text } from '../base/settings.ts'

/** What stands for whoever has no quota of their own. */
const everybodyElse = '*'

const rate = (about: string, example: string) =>
  optional(
    scalar({ about, example }, 'a number above 0', (raw) => {
      const value = Number(raw)
      return value > 0 && Number.isFinite(value) ? value : undefined
    }),
  )

const values: Record<QuotaKey, Setting<number | undefined>> = {
  producer_byte_rate: rate('Bytes a second that may be written.', '1048576'),
  consumer_byte_rate: rate('Bytes a second that may be read.', '1048576'),
  request_percentage: rate('How much of the time of leat may be taken, in percent.', '50'),
  controller_mutation_rate: rate('Partitions a second that may be made and deleted.', '10'),
  connection_creation_rate: rate('Connections a second of an address.', '20'),
}

const entry = part('How much somebody may do in a time.', {
  user: optional(
    text({ about: "A user; '*' is each who has no quota of their own.", example: 'alice' }),
  ),
  'client-id': optional(text({ about: "A client id; '*' as above.", example: 'pump-1' })),
  ip: optional(text({ about: "An address; '*' as above.", example: '10.0.0.7' })),
  ...values,
})

const quota: Setting<Quota> = {
  about: 'A quota: how much a user, a client id, both together, or an address may do.',
  example: '{ user: alice, producer_byte_rate: 1048576 }',
  read(raw, at, report) {
    const { user, 'client-id': clientId, ip, ...given } = entry.read(raw, at, report)
    const named = Object.entries({ user, 'client-id': clientId, ip }).flatMap(
      ([entityType, name]) =>
        name === undefined
          ? []
          : [{ entityType, entityName: name === everybodyElse ? null : String(name) }],
    )
    const entity = Object.fromEntries(
      named.map(({ entityType, entityName }) => [entityType, entityName]),
    )
    const set = Object.entries(given).flatMap(([key, value]) =>
      isQuotaKey(key) && typeof value === 'number' ? [[key, value] as const] : [],
    )
    const says =
      named.length === 0
        ? 'A quota is somebody’s; write user, client-id or ip.'
        : set.length === 0
          ? `A quota limits something; write some of ${Object.keys(quotaKeys).join(', ')}.`
          : entityProblem(named)
    if (says !== undefined) report({ at, says, isKey: true })
    for (const [key, value] of set) {
      const problem = valueProblem(entity, key, value)
      if (problem !== undefined) report({ at: [...at, key], says: `${problem}.` })
    }
    return { entity, values: Object.fromEntries(set) }
  },
}

export const quotas = list<Quota>(
  {
    about: 'How much clients may do in a time; leat quotas can change it.',
    example: '[ { user: alice, producer_byte_rate: 1048576 } ]',
    fallback: [],
  },
  quota,
)
