/** What a reader does with messages that fail, from its parameters. */
import { serviceError } from './errors.ts'
import type { RetryParameters } from './parameters.ts'
import { countAt, mappingAt, numberAt, type Settings, textAt } from './values.ts'

const defaults = { attempts: 5, delayMs: 100, mostDelayMs: 10_000 }
const once: RetryParameters = { ...defaults, attempts: 1 }
const mostAttempts = 1_000_000

/** @throws InvalidArgumentError */
export function retryOf(parameters: Settings): RetryParameters {
  if (parameters.retry === undefined || parameters.retry === null) return once
  const given = mappingAt(parameters, 'retry')
  const delayMs = numberAt(given, 'delay_ms', 0, 'retry.delay_ms') ?? defaults.delayMs
  const most = numberAt(given, 'max_delay_ms', 0, 'retry.max_delay_ms') ?? defaults.mostDelayMs
  return {
    attempts: countAt(given, 'attempts', 1, mostAttempts, 'retry.attempts') ?? defaults.attempts,
    delayMs,
    mostDelayMs: Math.max(delayMs, most),
  }
}

/** @throws InvalidArgumentError */
export function deadLettersOf(parameters: Settings): { readonly topic: string } | undefined {
  if (parameters.dead_letters === undefined || parameters.dead_letters === null) return undefined
  const topic = textAt(mappingAt(parameters, 'dead_letters'), 'topic', 'dead_letters.topic')
  if (topic) return { topic }
  const cure = 'name the topic that takes what fails'
  throw serviceError('parameter-missing', { name: 'dead_letters.topic', cure })
}
