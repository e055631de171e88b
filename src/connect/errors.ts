/** What may go wrong when connectors are asked for, changed and run. */
import { catalogue, isError, isRetriable } from '../base/errors.ts'
import { RetriableError } from './kit/index.ts'

export const connectError = catalogue({
  'bad-request': { says: ({ why }: { why: string }) => why },
  'not-found': { says: ({ what }: { what: string }) => what },
  forbidden: { says: ({ why }: { why: string }) => why },
  conflict: { says: ({ why }: { why: string }) => why, retriable: true },
  'connector-exists': {
    says: ({ connector }: { connector: string }) => `Connector ${connector} already exists`,
  },
  'not-leader': {
    says: ({ leader }: { leader: string | undefined }) =>
      leader === undefined
        ? 'The workers of this group are just choosing their leader; ask again in a moment.'
        : `The leader of this group of workers is ${leader}; it alone changes configurations.`,
    retriable: true,
  },
  'not-ready': {
    says: ({ why }: { why: string }) => `Connectors cannot be asked for yet: ${why}`,
    retriable: true,
  },
  'report-late': {
    says: ({ connector, seconds }: { connector: string; seconds: number }) =>
      `The systems that ${connector} works with have not answered within ${seconds} seconds; its status says whether it runs.`,
    retriable: true,
  },
  'too-large': {
    says: ({ limit }: { limit: number }) =>
      `The body has more than ${limit} bytes, which no configuration needs.`,
  },
  'topic-not-there': {
    says: ({ topic, why }: { topic: string; why: string }) =>
      `Topic '${topic}', which keeps the state of connectors, cannot be used: ${why}`,
    retriable: true,
  },
  'secret-missing': {
    says: ({ reference, why }: { reference: string; why: string }) =>
      `${reference} stands in the configuration, but ${why}.`,
  },
  'tolerance-exceeded': {
    says: ({ stage, where }: { stage: string; where: string }) =>
      `Tolerance exceeded in error handler: ${stage} of ${where} failed; with errors.tolerance=all such records are passed over.`,
  },
  'too-many-tasks': {
    says: ({ connector, given, most }: { connector: string; given: number; most: number }) =>
      `The connector ${connector} has generated ${given} tasks, which is more than tasks.max (${most}) allows.`,
  },
})

/** An error and what caused it, as the `trace` of a status. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const trace = error.stack ?? `${error.name}: ${error.message}`
  return error.cause === undefined ? trace : `${trace}\nCaused by: ${traceOf(error.cause)}`
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether the same call may succeed later; that of a client that is closed will not. */
export function mayPass(error: unknown): boolean {
  if (isError(error, 'client-closed')) return false
  return error instanceof RetriableError || isRetriable(error)
}
