import { catalogue } from '../../base/errors.ts'

export const mirrorError = catalogue({
  'schemas-refused': {
    says: ({ count, subjects, why }: { count: number; subjects: string; why: string }) =>
      `The target's registry does not take ${count} schemas (${subjects}): ${why} Where their ids or subjects are taken there, give them a context of their own: target.schema.context, or 'context' of 'schemas' in leat.yml.`,
  },
})
