import { transform } from './transform.ts'

export const filter = transform({
  name: 'Filter',
  sided: false,
  about: 'Drops records; with a predicate, those that it is true for.',
  options: {},
  open: () => () => undefined,
})
