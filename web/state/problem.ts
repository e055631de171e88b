/** What went wrong, in words for whoever looks at the page. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** 0 where there was no answer. */
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(0, 'page', error instanceof Error ? error.message : String(error))
}

/** From an answer in the console's own words, or in those of the registry and of Connect. */
export function problemIn(status: number, body: unknown): Problem {
  const { error, error_code: code, message } = Object(body) as Record<string, unknown>
  const own = Object(error) as Record<string, unknown>
  const said = own.message ?? message
  return new Problem(
    status,
    String(own.code ?? code ?? status),
    typeof said === 'string'
      ? said
      : `leat answered ${status} without a word of why; its log may say more.`,
  )
}
