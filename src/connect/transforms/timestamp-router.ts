// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the places in topic.format look like templates.
import { DataError } from '../kit/errors.ts'
import { wrongDateFormat } from '../values/checks.ts'
import { dateFormat } from '../values/date-format.ts'
import { transform } from './transform.ts'

export const timestampRouter = transform({
  name: 'TimestampRouter',
  sided: false,
  about: 'Gives a record a topic that is made of its topic and its timestamp.',
  options: {
    'topic.format': {
      type: 'string',
      default: '${topic}-${timestamp}',
      importance: 'high',
      about: 'The new name, with ${topic} and ${timestamp} in it.',
    },
    'timestamp.format': {
      type: 'string',
      default: 'yyyyMMdd',
      importance: 'high',
      about: 'How the timestamp is written: a pattern of SimpleDateFormat, in UTC.',
      check: wrongDateFormat,
    },
  },
  open(values) {
    const format = dateFormat(values['timestamp.format'])
    return (record) => {
      if (record.timestamp === undefined) throw new DataError('Timestamp missing on record')
      const timestamp = format.format(new Date(record.timestamp))
      const topic = values['topic.format']
        .replaceAll('${topic}', () => record.topic)
        .replaceAll('${timestamp}', () => timestamp)
      return { ...record, topic }
    }
  },
})
