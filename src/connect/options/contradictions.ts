/** What no single option of a connector can know of itself, in Kafka Connect's words. */
import { JavaPattern, type OptionErrors } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'

export function connectorErrors(kind: 'sink' | 'source', config: ConnectorConfig): OptionErrors {
  return kind === 'sink' ? sinkErrors(config) : sourceErrors(config)
}

const deadLetters = 'errors.deadletterqueue.topic.name'

function sinkErrors(config: ConnectorConfig): OptionErrors {
  const { topics = '', 'topics.regex': pattern = '' } = config
  const [hasTopics, hasPattern] = [topics.trim() !== '', pattern.trim() !== '']
  const both = (says: string) => ({ topics: [says], 'topics.regex': [says] })
  if (hasTopics && hasPattern) {
    return both('topics and topics.regex are mutually exclusive options, but both are set.')
  }
  if (!hasTopics && !hasPattern) return both('Must configure one of topics or topics.regex')
  const letters = config[deadLetters]?.trim() ?? ''
  if (letters === '') return {}
  const named = topics.split(',').map((one) => one.trim())
  if (hasTopics && named.includes(letters)) {
    const says = `The DLQ topic '${letters}' may not be included in the list of topics ('topics=[${named.join(', ')}]') consumed by the connector`
    return { topics: [says] }
  }
  if (hasPattern && isMatchedBy(pattern, letters)) {
    const says = `The DLQ topic '${letters}' may not be matched by the regex for the topics ('topics.regex=${pattern}') consumed by the connector`
    return { 'topics.regex': [says] }
  }
  return {}
}

function sourceErrors(config: ConnectorConfig): OptionErrors {
  const support = config['exactly.once.support']?.trim().toLowerCase()
  if (support !== 'required') return {}
  return {
    'exactly.once.support': ['This worker does not have exactly-once source support enabled.'],
  }
}

function isMatchedBy(pattern: string, topic: string): boolean {
  try {
    return new JavaPattern(pattern).matches(topic)
  } catch {
    // That it is no pattern is said where the option is read.
    return false
  }
}
