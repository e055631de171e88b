import type { Upload } from './store.ts'

/** Small objects leave in one request, larger ones part by part while they grow. */
export class Multipart implements Upload {
  readonly #partBytes: number
  readonly #requests: Requests
  #waiting: readonly Buffer[] = []
  #id: string | undefined
  readonly #etags: string[] = []
  #size = 0

  constructor(partBytes: number, requests: Requests) {
    this.#partBytes = partBytes
    this.#requests = requests
  }

  async write(pieces: readonly Buffer[]): Promise<void> {
    const waiting = [...this.#waiting, ...pieces]
    const bytes = waiting.reduce((sum, { length }) => sum + length, 0)
    if (bytes < this.#partBytes) this.#waiting = waiting
    else await this.#send(Buffer.concat(waiting))
  }

  async complete(): Promise<void> {
    if (this.#id === undefined) {
      await this.#requests.put(Buffer.concat(this.#waiting))
      return
    }
    if (this.#waiting.length > 0) await this.#send(Buffer.concat(this.#waiting))
    await this.#requests.complete(this.#id, this.#etags, this.#size)
  }

  async abort(): Promise<void> {
    if (this.#id !== undefined) await this.#requests.abort(this.#id)
  }

  async #send(bytes: Buffer): Promise<void> {
    this.#id ??= await this.#requests.begin()
    this.#etags.push(await this.#requests.part(this.#id, this.#etags.length + 1, bytes))
    this.#size += bytes.length
    this.#waiting = []
  }
}

/** What of S3 it takes; each throws what may be tried again. */
export interface Requests {
  readonly put: (bytes: Buffer) => Promise<void>
  readonly begin: () => Promise<string>
  readonly part: (id: string, number: number, bytes: Buffer) => Promise<string>
  readonly complete: (id: string, etags: readonly string[], size: number) => Promise<void>
  readonly abort: (id: string) => Promise<void>
}
