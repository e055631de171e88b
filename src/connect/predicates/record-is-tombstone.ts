import { predicate } from './predicate.ts'

export const recordIsTombstone = predicate({
  name: 'RecordIsTombstone',
  about: 'True for records without a value.',
  options: {},
  open: () => (record) => record.value === null,
})
