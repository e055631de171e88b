import type { Upload } from './store.ts'

/** Small objects leave in one request, larger ones part by part while they grow. */
export class Multipart implements Upload {
  readonly #partBytes: number
  readonly #requests: Requests
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #id: string | undefined
  readonly #etags: string[] = []
  #size = 0

  constructor(partBytes: number, requests: Requests) {
    this.#partBytes = partBytes
    this.#requests = requests
  }

  async write(pieces: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(pieces)
    if (this.#waitingBytes + bytes.length >= this.#partBytes) {
      await this.#send([...this.#waiting, bytes])
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
  }

  async complete(): Promise<void> {
    if (this.#id === undefined) {
      await this.#requests.put(Buffer.concat(this.#waiting))
      return
    }
    if (this.#waiting.length > 0) await this.#send(this.#waiting)
    await this.#requests.complete(this.#id, this.#etags, this.#size)
  }

  async abort(): Promise<void> {
    if (this.#id !== undefined) await this.#requests.abort(this.#id)
  }

  async #send(pieces: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(pieces)
    this.#id ??= await this.#requests.begin()
    this.#etags.push(await this.#requests.part(this.#id, this.#etags.length + 1, bytes))
    this.#size += bytes.length
    this.#waiting = []
    this.#waitingBytes = 0
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
