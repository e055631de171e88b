import { LeatError } from '../../base/errors.ts'
import type { IncomingMessage, MessageHeader } from '../transports/transport.ts'
import type { Failure } from './failure.ts'

const prefix = 'dead-letter-'
/** Of the reason. Where only ASCII can be said, one letter may take nine. */
const mostLetters = { 'utf-8': 500, ascii: 60 } as const

/**
 * The headers of a message, and why, where, when and how often it failed: `dead-letter-reason`,
 * `-error`, `-topic`, `-partition` and `-offset` or `-key`, `-time`, `-attempts`. Those of an earlier
 * time among the dead letters give way.
 */
export function deadLetterHeaders(
  { topic, place, headers = [] }: Pick<IncomingMessage, 'topic' | 'place' | 'headers'>,
  { error, attempts }: Failure,
  nowMs: number,
  text: 'utf-8' | 'ascii',
): MessageHeader[] {
  const facts: Record<string, string> = {
    reason: reasonOf(error).slice(0, mostLetters[text]),
    error: nameOf(error),
    topic,
    ...place,
    time: new Date(nowMs).toISOString(),
    attempts: `${attempts}`,
  }
  const own = Object.entries(facts).map(([name, fact]) => {
    const plain = fact
      .toWellFormed()
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
    return { key: prefix + name, value: Buffer.from(text === 'ascii' ? asciiOf(plain) : plain) }
  })
  return [...headers.filter(({ key }) => !key.startsWith(prefix)), ...own]
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of an expected failure, which stays when its sentence is put better. */
function nameOf(error: unknown): string {
  if (error instanceof LeatError) return `${error.name}/${error.code}`
  return error instanceof Error ? error.name : typeof error
}

/** Percent-encoded as in addresses, where it is not ASCII. */
function asciiOf(text: string): string {
  return text.replaceAll(/[^ -$&-~]+/g, encodeURIComponent)
}
