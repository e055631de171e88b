/**
 * What `put` and `poll` may throw. Anything else fails the task, which is started again after a
 * while and says why.
 */

/** The system is not there just now: the same call is made again after a back-off. */
export class RetriableError extends Error {
  override readonly name = 'RetriableError'
  /** How long to wait before the next attempt, if the connector knows. */
  readonly afterMs: number | undefined

  constructor(message: string, options: { cause?: unknown; afterMs?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.afterMs = options.afterMs
  }
}

/**
 * At least one record of the batch cannot be taken as it is. The worker finds out which by halving
 * the batch; that one goes where `errors.*` says, the others are put.
 */
export class BadRecordError extends Error {
  override readonly name = 'BadRecordError'

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
  }
}

/**
 * A value that a converter or a transform cannot take (Connect's DataException); `errors.tolerance`
 * says what becomes of its record.
 */
export class DataError extends Error {
  override readonly name = 'DataError'

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
  }
}
