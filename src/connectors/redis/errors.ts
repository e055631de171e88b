import { catalogue } from '../../base/errors.ts'

/** What ends a task: somebody must act, and this says how. */
export const redisError = catalogue({
  refused: {
    says: ({ place, why }: { place: string; why: string }) =>
      `Redis at ${place} refuses this connector: ${why}. See user, password, database and the user's rights.`,
  },
  'offset-damaged': {
    says: ({ key }: { key: string }) =>
      `The key '${key}' in Redis ought to hold {"topic":…,"partition":…,"offset":…}. Delete it to read its partition from the beginning.`,
  },
  'fell-behind': {
    says: ({ key, next }: { key: string; next: bigint }) =>
      `Redis has lost records that it had: '${key}' went back to ${next}. The task begins again from there; see how Redis keeps its data (appendonly).`,
  },
  'uri-invalid': {
    says: ({ why }: { why: string }) =>
      `redis.uri cannot be used: ${why} Write redis://USER:PASSWORD@HOST:6379/DATABASE, or rediss:// for TLS.`,
  },
})
