import type { Writer } from '../../client/reader-and-writer.ts'
import { deliver } from './deliver.ts'
import type { Link, Say } from './link.ts'

/** So many lines may wait; later ones stand in the log alone. */
const mostWaiting = 100

/** Sends what a bridge says of itself to a service, in its order, and lets nobody wait for it. */
export class Reporter implements AsyncDisposable {
  readonly #link: Link<Writer<string>>
  readonly #say: Say
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(link: Link<Writer<string>>, say: Say) {
    this.#link = link
    this.#say = say
  }

  report(line: string): void {
    if (this.#waiting >= mostWaiting) return
    this.#waiting += 1
    this.#last = this.#last.then(async () => {
      await deliver(this.#link, { value: line }, this.#say)
      this.#waiting -= 1
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last
    await this.#link.close()
  }
}
