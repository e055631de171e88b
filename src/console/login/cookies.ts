import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'

type Name = 'session' | 'login'

/**
 * `session` is who is logged in: no page of elsewhere makes a browser send it (Strict). After a login
 * at an issuer the page itself comes without it, and its first question with it. `login` is a login
 * at an issuer that is under way: the issuer's page sends the browser back here with it (Lax).
 */
const sameSite = { session: 'Strict', login: 'Lax' } as const

/** Over TLS, browsers take a cookie of this name from this very host alone, and over TLS alone. */
const prefix = '__Host-'

export class Cookies {
  readonly #isSecure: boolean

  constructor(isSecure: boolean) {
    this.#isSecure = isSecure
  }

  /** In a request's header; undefined where it is not there, or more than once. */
  read(header: string | undefined, name: Name): string | undefined {
    const wanted = `${this.#nameOf(name)}=`
    const found = (header ?? '').split(/; */).filter((pair) => pair.startsWith(wanted))
    return found.length === 1 ? found[0]?.slice(wanted.length) : undefined
  }

  set(context: Context, name: Name, value: string, seconds?: number): void {
    const options: CookieOptions = {
      ...{ httpOnly: true, secure: this.#isSecure, path: '/', sameSite: sameSite[name] },
      ...(seconds !== undefined && { maxAge: seconds }),
    }
    setCookie(context, this.#nameOf(name), value, options)
  }

  drop(context: Context, name: Name): void {
    this.set(context, name, '', 0)
  }

  #nameOf(name: Name): string {
    return `${this.#isSecure ? prefix : ''}leat-${name}`
  }
}
