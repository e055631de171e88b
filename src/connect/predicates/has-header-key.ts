import { nonEmptyText } from '../values/checks.ts'
import { predicate } from './predicate.ts'

export const hasHeaderKey = predicate({
  name: 'HasHeaderKey',
  about: 'True for records with a header of this name.',
  options: {
    name: {
      type: 'string',
      importance: 'medium',
      about: 'The name of the header.',
      check: nonEmptyText,
    },
  },
  open:
    ({ name }) =>
    (record) =>
      record.headers.some(({ key }) => key === name),
})
