import { catalogue } from '../base/errors.ts'

export const brokerError = catalogue({
  'cluster-state-damaged': {
    says: ({ entry }: { entry: string }) =>
      `The cluster state of this data directory has an entry that cannot be read: ${entry}. Restore the directory from a backup, or start with a new one.`,
  },
  'topic-exists': { says: ({ topic }: { topic: string }) => `Topic '${topic}' already exists.` },
  'topic-unknown': { says: ({ topic }: { topic: string }) => `There is no topic '${topic}'.` },
  'topic-name-invalid': {
    says: ({ topic }: { topic: string }) =>
      `Topic name '${topic}' is illegal: use 1 to 249 letters, digits, dots, underscores and hyphens, but not '.' or '..'.`,
  },
  'topic-reserved': {
    says: ({ topic }: { topic: string }) =>
      `Topic '${topic}' is the broker's own; choose another name.`,
  },
  'too-many-partitions': {
    says: ({ limit }: { limit: number }) =>
      `The limit of ${limit} partitions is reached; raise 'leat.max.partitions' or delete topics.`,
  },
  'partition-count-invalid': {
    says: ({ topic, from, to }: { topic: string; from: number; to: number }) =>
      from === 0
        ? `Topic '${topic}' needs at least one partition; ${to} were asked for.`
        : `Topic '${topic}' has ${from} partitions; it can only get more, not ${to}.`,
  },
  'too-many-acls': {
    says: ({ limit }: { limit: number }) =>
      `The limit of ${limit} ACLs is reached; delete some, use prefixed ones, or raise 'leat.max.acls'.`,
  },
  'too-many-delegation-tokens': {
    says: ({ limit }: { limit: number }) =>
      `The limit of ${limit} delegation tokens is reached; expire some, or raise 'leat.max.delegation.tokens'.`,
  },
  'delegation-token-too-large': {
    says: ({ bytes, limit }: { bytes: number; limit: number }) =>
      `A delegation token takes at most ${limit} bytes with its names, not ${bytes}; name fewer renewers.`,
  },
  'too-many-quotas': {
    says: ({ limit }: { limit: number }) =>
      `The limit of ${limit} quotas is reached; remove some, use defaults, or raise 'leat.max.quotas'.`,
  },
  'config-invalid': {
    says: ({ name, value, expected }: { name: string; value: string | null; expected: string }) =>
      `Invalid value ${value === null ? 'null' : `'${value}'`} for configuration '${name}': write ${expected}.`,
  },
  'config-conflict': {
    says: ({ least, most }: { least: string; most: string }) =>
      `min.compaction.lag.ms is ${least} and max.compaction.lag.ms ${most}: write a max.compaction.lag.ms that is not smaller.`,
  },
  'no-schema-registry': {
    says: ({ topic, side }: { topic: string; side: string }) =>
      `Topic '${topic}' has confluent.${side}.schema.validation, but this broker knows no schema registry: name one in leat.yml ('registry:').`,
  },
  'config-unknown': { says: ({ name }: { name: string }) => `Unknown topic config name: ${name}` },
  'setting-invalid': {
    says: ({ name, value, expected }: { name: string; value: string; expected: string }) =>
      `Broker setting '${name}' is '${value}'; write ${expected}.`,
  },
})
