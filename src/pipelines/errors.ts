import { catalogue } from '../base/errors.ts'

export const pipelineError = catalogue({
  'not-true-or-false': {
    says: ({ text, result }: { text: string; result: string }) =>
      `'${text}' is ${result} for this record; write a condition, which is true or false.`,
  },
  'not-an-object': {
    says: ({ step, found }: { step: string; found: string }) =>
      `'${step}' changes the fields of an object, and the value is ${found}.`,
  },
  'not-a-time': {
    says: ({ text, found }: { text: string; found: string }) =>
      `'${text}' is ${found} for this record; a time is a timestamp, or milliseconds since 1970.`,
  },
  'too-far-ahead': {
    says: ({ text, ms, timestampMs, ahead }: Ahead) =>
      `'${text}' is ${timeText(ms)}, more than ${ahead} ms after the record's time ${timeText(timestampMs)}; set the clock of what sent it, or write a longer 'ahead'.`,
  },
  'not-a-number': {
    says: ({ text, found }: { text: string; found: string }) =>
      `'${text}' is ${found} for this record, which cannot be added up.`,
  },
  'too-many-groups': {
    says: ({ most }: { most: number }) =>
      `The open windows have more than ${most} keys; choose a key with fewer values or shorter windows.`,
  },
  'unreadable-value': {
    says: ({ format, why }: { format: string; why: string }) =>
      `The value is not ${format}: ${why}.`,
  },
  'no-registry': {
    says: () =>
      "The value carries a schema's id, and no schema registry is set; add 'registry:' to leat.yml.",
  },
  'unwritable-value': {
    says: ({ format, why }: { format: string; why: string }) =>
      `The value cannot be written as ${format}: ${why}.`,
  },
  'topic-unavailable': {
    says: ({ topic, why }: { topic: string; why: string }) =>
      `Topic '${topic}' cannot be written to: ${why}`,
    retriable: true,
  },
})

interface Ahead {
  readonly text: string
  readonly ms: number
  readonly timestampMs: number
  readonly ahead: number
}

/** Not every number is a date. */
function timeText(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}

/** What a value is, for people: `null`, `a text`, `an object`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Date) return 'a time'
  return Array.isArray(value) ? 'a list' : 'an object'
}
