/** What several options check, in Kafka's words. */
import { JavaPattern } from '../kit/java-pattern.ts'
import { dateFormat } from './date-format.ts'

export function notEmpty(list: readonly string[]): string | undefined {
  return list.length === 0 ? 'Empty list' : undefined
}

export function nonEmptyText(text: string): string | undefined {
  return text === '' ? 'String must be non-empty' : undefined
}

export function wrongPattern(text: string): string | undefined {
  return failure(() => new JavaPattern(text), 'Invalid regex: ')
}

export function wrongDateFormat(pattern: string): string | undefined {
  return failure(() => dateFormat(pattern), '')
}

function failure(attempt: () => unknown, prefix: string): string | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    return `${prefix}${(error as Error).message}`
  }
}
