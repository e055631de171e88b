import { JavaPattern } from '../kit/java-pattern.ts'
import { wrongPattern } from '../values/checks.ts'
import { transform } from './transform.ts'

export const regexRouter = transform({
  name: 'RegexRouter',
  sided: false,
  about: 'Gives a record another topic where its topic matches a pattern.',
  options: {
    regex: {
      type: 'string',
      importance: 'high',
      about: 'A Java regular expression for the whole name.',
      check: wrongPattern,
    },
    replacement: {
      type: 'string',
      importance: 'high',
      about: 'The new name; $1 stands for what the first group caught.',
    },
  },
  open({ regex, replacement }) {
    const pattern = new JavaPattern(regex)
    return (record) => {
      const topic = pattern.replaceFirst(record.topic, replacement)
      return topic === undefined ? record : { ...record, topic }
    }
  },
})
