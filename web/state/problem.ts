/** What went wrong, in words for whoever looks at the page. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** 0 where there was no answer. */
  readonly status: number
  readonly code: string
  /** All that the answer said. */
  readonly said: unknown

  constructor(status: number, code: string, message: string, said?: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.said = said
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(0, 'page', error instanceof Error ? error.message : String(error))
}

/** From an answer in the console's own words, or in those of the registry and of Connect. */
export function problemIn(status: number, said: unknown): Problem {
  const { error, error_code: code, message } = Object(said) as Record<string, unknown>
  const own = Object(error) as Record<string, unknown>
  const words = own.message ?? message
  return new Problem(
    status,
    String(own.code ?? code ?? status),
    typeof words === 'string'
      ? words
      : `leat answered ${status} without a word of why; its log may say more.`,
    said,
  )
}
