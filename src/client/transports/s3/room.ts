import { s3Error } from './errors.ts'

const mostAtOnce = 32
const mostBytesAtOnce = 32 * 1024 * 1024
const mostWaiting = 10_000

/** Bounds what is on its way. Who finds no room waits, in order; one message is always let in, however large. */
export class Room {
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = []
  #emptied: (() => void)[] = []
  #inside = 0
  #bytes = 0

  /** Resolves when there is room; throws where too many wait. */
  async enter(bytes: number): Promise<void> {
    if (this.#waiting.length >= mostWaiting) throw s3Error('s3-busy', { limit: mostWaiting })
    await new Promise<void>((enter) => {
      this.#waiting.push({ bytes, enter })
      this.#letIn()
    })
  }

  leave(bytes: number): void {
    this.#inside -= 1
    this.#bytes -= bytes
    this.#letIn()
    if (this.#inside === 0) for (const emptied of this.#emptied.splice(0)) emptied()
  }

  /** Resolves when nothing is on its way any more, nor waits for it. */
  async empty(): Promise<void> {
    if (this.#inside > 0) await new Promise<void>((emptied) => this.#emptied.push(emptied))
  }

  #letIn(): void {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || this.#inside >= mostAtOnce) return
      if (this.#inside > 0 && this.#bytes + next.bytes > mostBytesAtOnce) return
      this.#waiting.shift()
      this.#inside += 1
      this.#bytes += next.bytes
      next.enter()
    }
  }
}
