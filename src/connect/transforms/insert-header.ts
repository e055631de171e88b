import { parseText } from '../values/parse-text.ts'
import { transform } from './transform.ts'

export const insertHeader = transform({
  name: 'InsertHeader',
  sided: false,
  about: 'Adds a header to every record.',
  options: {
    header: { type: 'string', importance: 'high', about: 'The name of the header.' },
    'value.literal': {
      type: 'string',
      isFreeText: true,
      importance: 'high',
      about: 'Its value; numbers, booleans, dates, arrays and maps are recognised.',
    },
  },
  open(values) {
    const header = { key: values.header, ...parseText(values['value.literal']) }
    return (record) => ({ ...record, headers: [...record.headers, header] })
  },
})
