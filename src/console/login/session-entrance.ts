import type { IncomingMessage, RequestListener } from 'node:http'
import { hostAddress } from '../../access/host.ts'
import type { CertificateOf } from '../../base/http-doors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Admission, Admits, Entrance, Refused } from '../../client/doors/index.ts'
import type { Cookies } from './cookies.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/**
 * Only scripts of our own page can set a header of their own: a browser sends one for others only
 * where we agree to it (CORS), which we never do.
 */
export const ownHeader = 'x-leat-console'

const harmless = ['GET', 'HEAD', 'OPTIONS']
const notOwn: Refused = {
  status: 403,
  why: `What changes something in a session carries the header '${ownHeader}: 1'.`,
  challenges: [],
}

interface Followed {
  readonly session: Session
  readonly holds: () => Promise<true | Refused>
}

/** Sessions first; who has none comes in as programs do. */
export class SessionEntrance implements Admits {
  readonly #sessions: Sessions
  readonly #cookies: Cookies
  readonly #entrance: Entrance
  readonly #logger: Logger
  readonly #of = new WeakMap<IncomingMessage, Followed>()

  constructor(sessions: Sessions, cookies: Cookies, entrance: Entrance, logger: Logger) {
    this.#sessions = sessions
    this.#cookies = cookies
    this.#entrance = entrance
    this.#logger = logger
  }

  async admit(request: IncomingMessage, certificateOf: CertificateOf): Promise<Admission> {
    const { method = '', headers } = request
    const id = this.#cookies.read(headers.cookie, 'session')
    const session = id === undefined ? undefined : this.#sessions.find(id)
    if (id === undefined || session === undefined) {
      const found = await this.#entrance.admit(request, certificateOf)
      // A browser that is told of Basic asks for a password by itself, where the page has a form.
      return 'status' in found ? { ...found, challenges: [] } : found
    }
    if (!harmless.includes(method) && headers[ownHeader] !== '1') return notOwn
    const host = hostAddress(request.socket.remoteAddress ?? '')
    const { principal, groups } = session.who
    const holds = () => this.#holds(session, id, host)
    const found = await holds()
    if (found !== true) return found
    this.#of.set(request, { session, holds })
    return { ...this.#entrance.visitorOf({ principal, host }), groups }
  }

  /** What is answered to a session ends with it. */
  following(answer: RequestListener): RequestListener {
    return (request, response) => {
      const { session, holds } = this.#of.get(request) ?? {}
      if (holds !== undefined) session?.follow(response, holds)
      answer(request, response)
    }
  }

  /** A session ends where its password is no longer right; where that cannot be known, it waits. */
  async #holds(session: Session, id: string, host: string): Promise<true | Refused> {
    try {
      if (await session.isStillRight(id)) return true
    } catch (error) {
      this.#logger.warn('A login could not be checked', { client: host, error: `${error}` })
      return { status: 503, why: 'The login cannot be checked now.', challenges: [] }
    }
    const { principal } = session.who
    const ended = this.#sessions.end(id)
    if (ended !== undefined) {
      this.#entrance.tellLogout({ principal, host }, 'the password is no longer right')
    }
    return { status: 401, why: 'Unauthorized', challenges: [] }
  }
}
