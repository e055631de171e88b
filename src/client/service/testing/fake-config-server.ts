/** A configuration server for tests: it answers what it is told, and remembers what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** By the path after /api/v1; a number is a status, text is sent as it is. */
export type FakeAnswers = Readonly<Record<`/${string}`, unknown>>

const credentials = { user: 'user', 'secret-key': 'key-of-the-user' }
const token = 'token-of-the-fake-server'

export class FakeConfigServer implements AsyncDisposable {
  readonly asked: string[] = []
  readonly fingerprints = new Set<unknown>()
  readonly #answers: FakeAnswers
  readonly #server: Server

  private constructor(answers: FakeAnswers) {
    this.#answers = answers
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async open(answers: FakeAnswers): Promise<FakeConfigServer> {
    const fake = new FakeConfigServer(answers)
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The content of the auth.json that lets in. */
  get auth(): string {
    return JSON.stringify({ 'config-server': { address: this.address, ...credentials } })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const path = decodeURIComponent((request.url ?? '').replace(/^\/api\/v1/, ''))
    this.asked.push(`${request.method} ${path}`)
    const told = this.#answers[path as `/${string}`]
    const fingerprint = request.headers['sinetstream-config-publickey']
    if (fingerprint !== undefined) this.fingerprints.add(fingerprint)
    if (typeof told === 'number' || typeof told === 'string') {
      response.writeHead(typeof told === 'number' ? told : 200, { location: '/elsewhere' })
      response.end(typeof told === 'string' ? told : '{"message":"as told"}')
    } else if (request.method === 'POST') {
      const said = JSON.parse(body)
      const known = { ...credentials, strategy: 'api-access' }
      const mayEnter = Object.entries(known).every(([name, value]) => said[name] === value)
      response.writeHead(mayEnter ? 201 : 401)
      response.end(JSON.stringify(mayEnter ? { accessToken: token } : {}))
    } else if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end('{}')
    } else {
      response.writeHead(told === undefined ? 404 : 200).end(JSON.stringify(told ?? {}))
    }
  }
}
