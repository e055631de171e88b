/** What of a browser logins are about: cookies by host, and redirects that it follows itself. */

export interface BrowserRequest {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export interface BrowserAnswer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects is said where it looks.
  readonly body: any
}

const mostRedirects = 20

export class Browser {
  readonly #base: string
  /** By host name, since browsers do not tell ports apart. */
  readonly #jars = new Map<string, Map<string, string>>()

  /** Paths are those of this address. */
  constructor(base: string) {
    this.#base = base
  }

  /** One request, as a script of our page makes it: redirects are not followed. */
  async ask(path: string, request: BrowserRequest = {}): Promise<BrowserAnswer> {
    const { method = 'GET', body, headers = {} } = request
    const url = new URL(path, this.#base)
    const cookies = this.cookiesOf(url.hostname)
    const answer = await fetch(url, {
      ...{ method, redirect: 'manual' },
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(cookies.size > 0 && {
          cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '),
        }),
        'x-leat-console': '1',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    for (const line of answer.headers.getSetCookie()) this.#keep(url.hostname, line)
    const text = await answer.text()
    return {
      ...{ url: url.href, status: answer.status, headers: answer.headers, text },
      body: parsed(text),
    }
  }

  /** What the user sees in the end. */
  async visit(path: string): Promise<BrowserAnswer> {
    let answer = await this.ask(path)
    for (let redirects = 0; redirects < mostRedirects; redirects++) {
      const next = answer.headers.get('location')
      if (next === null || answer.status < 300 || answer.status > 399) return answer
      answer = await this.ask(new URL(next, answer.url).href)
    }
    throw new Error(`${path} leads from one place to the next without an end`)
  }

  cookiesOf(host: string): Map<string, string> {
    const jar = this.#jars.get(host) ?? new Map()
    this.#jars.set(host, jar)
    return jar
  }

  #keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split(/; */)
    const name = pair.slice(0, pair.indexOf('='))
    const isGone = attributes.some((one) => /^(max-age=0|expires=thu, 01 jan 1970.*)$/i.test(one))
    if (isGone) this.cookiesOf(host).delete(name)
    else this.cookiesOf(host).set(name, pair.slice(name.length + 1))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // It is a page.
    return undefined
  }
}
