import { notEmpty } from '../values/checks.ts'
import { transform } from './transform.ts'

export const dropHeaders = transform({
  name: 'DropHeaders',
  sided: false,
  about: 'Removes headers by their names.',
  options: {
    headers: {
      type: 'list',
      importance: 'high',
      about: 'The names of the headers to remove.',
      check: notEmpty,
    },
  },
  open(values) {
    const dropped = new Set(values.headers)
    return (record) => ({
      ...record,
      headers: record.headers.filter(({ key }) => !dropped.has(key)),
    })
  },
})
