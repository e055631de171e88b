/** Answers that never change, by their question; the one not asked for longest makes room. */
export class KeptAnswers<Answer> {
  readonly #limit: number
  readonly #answers = new Map<string, Promise<Answer>>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Asks unless the answer is known or on its way; a failure is not kept. */
  get(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#answers.get(question) ?? this.#ask(question, ask)
    // The map is in the order of use.
    this.#answers.delete(question)
    this.#answers.set(question, answer)
    if (this.#answers.size > this.#limit) {
      const [oldest] = this.#answers.keys()
      if (oldest !== undefined) this.#answers.delete(oldest)
    }
    return answer
  }

  clear(): void {
    this.#answers.clear()
  }

  #ask(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = ask()
    answer.catch(() => {
      if (this.#answers.get(question) === answer) this.#answers.delete(question)
    })
    return answer
  }
}
