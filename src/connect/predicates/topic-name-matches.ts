import { JavaPattern } from '../kit/java-pattern.ts'
import { wrongPattern } from '../values/checks.ts'
import { predicate } from './predicate.ts'

export const topicNameMatches = predicate({
  name: 'TopicNameMatches',
  about: 'True for records of topics whose whole name matches a pattern.',
  options: {
    pattern: {
      type: 'string',
      importance: 'medium',
      about: 'A Java regular expression.',
      check: wrongPattern,
    },
  },
  open(values) {
    const pattern = new JavaPattern(values.pattern)
    return (record) => pattern.matches(record.topic)
  },
})
