import { catalogue } from '../base/errors.ts'

export const accessError = catalogue({
  'principal-rule-invalid': {
    says: ({ rule, why }: { rule: string; why: string }) =>
      `'${rule}' is no rule for principals (${why}); write DEFAULT or RULE:pattern/replacement/, with L or U behind it for lower or upper case.`,
  },
})
