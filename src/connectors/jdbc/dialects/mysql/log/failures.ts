import { jdbcError } from '../../../errors.ts'

/** "Fatal error when reading the binlog": the server says why in words only. */
const readingFailed = 1236

/** What the reader itself says of events that it cannot take apart. */
const unreadable =
  /cannot decode|schema changed|Insufficient permissions|Unsupported|Unknown|Malformed|Truncated|Tagged GTID/

/** What waiting does not cure is said in words of its own. */
export function failureOfLog(error: Error): Error {
  const { errno, message } = error as Error & { errno?: number }
  if (errno === readingFailed) return jdbcError(kindOf(message), { why: `${message}.` })
  if (errno === undefined && unreadable.test(message)) {
    return jdbcError('log-unreadable', { why: `${message}.` })
  }
  return error
}

function kindOf(message: string): 'log-lost' | 'log-unreadable' {
  return /max_allowed_packet|corrupt/i.test(message) ? 'log-unreadable' : 'log-lost'
}
