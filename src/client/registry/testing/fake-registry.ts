import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface FakeAnswer {
  readonly status?: number
  /** A text is sent as it is. */
  readonly body: unknown
}

/** A registry of canned answers, by `METHOD /path?query`; what it has none for is error 40403. */
export class FakeRegistry implements AsyncDisposable {
  readonly requests: FakeRequest[] = []
  readonly answers = new Map<string, FakeAnswer | (() => Promise<FakeAnswer>)>()
  readonly #server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const text = Buffer.concat(await Array.fromAsync(request)).toString()
    this.requests.push({ method, url, headers, body: text === '' ? undefined : JSON.parse(text) })
    const found = this.answers.get(`${method} ${url}`) ?? unknown
    const { status = 200, body } = typeof found === 'function' ? await found() : found
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })

  static async open(): Promise<FakeRegistry> {
    const fake = new FakeRegistry()
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The requests as `METHOD /path?query`. */
  get asked(): string[] {
    return this.requests.map(({ method, url }) => `${method} ${url}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const unknown: FakeAnswer = {
  status: 404,
  body: { error_code: 40403, message: 'Schema not found' },
}
