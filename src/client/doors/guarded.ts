import assert from 'node:assert/strict'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { anonymous, isSamePrincipal } from '../../access/principal.ts'
import type { Rights } from '../../access/rights.ts'
import type { CertificateOf } from '../../base/http-doors.ts'
import { isOfForeignPage } from './foreign-page.ts'
import { foreignNameIn } from './own-name.ts'
import { type Admits, anybody, type Refused, type Visitor } from './visitor.ts'

/** How an API says that somebody is refused. */
export type RefusalForm = (refused: Pick<Refused, 'status' | 'why'>) => {
  readonly type: string
  readonly body: string
}

export interface Guard {
  /** Absent: everybody comes in, and may do everything. */
  readonly entrance?: Admits | undefined
  /**
   * Names by which browsers come who do not say who they are, beside those that are ours in any
   * case; absent, they may come by any name.
   */
  readonly allowedHosts?: readonly string[] | undefined
  readonly certificateOf: CertificateOf
  readonly form: RefusalForm
}

const foreignPage: Refused = {
  status: 403,
  why: 'A page of another site asks for this in a browser; such requests change nothing here.',
  challenges: [],
}

/** A name that is longer is not repeated whole. */
const longestName = 100

function misdirected(host: string): Refused {
  const name = host.slice(0, longestName).replace(/:\d+$/, '')
  const why = `Nobody has to log in here, so that a page of elsewhere could have come by the name '${name}'. If it is a name of leat, write 'allowedHosts: [ ${name} ]' beside the door's 'bind' in leat.yml; else use an address.`
  return { status: 421, why, challenges: [] }
}

/** A body that is longer is not read for somebody who was refused: the connection ends. */
const mostBytesRefused = 64 * 1024

const visitors = new WeakMap<IncomingMessage, Visitor>()

/** Answers those who are let in. */
export function guarded(answer: RequestListener, guard: Guard): RequestListener {
  const { entrance, certificateOf, form, allowedHosts } = guard
  const letIn = (visitor: Visitor, request: IncomingMessage, response: Response) => {
    if (allowedHosts !== undefined && isSamePrincipal(visitor.principal, anonymous)) {
      const name = foreignNameIn(request.headers, allowedHosts)
      if (name !== undefined) return refuse(misdirected(name), request, response, form)
    }
    visitors.set(request, visitor)
    answer(request, response)
  }
  return (request, response) => {
    // What names there are in an answer, no browser may take for a page.
    response.setHeader('x-content-type-options', 'nosniff')
    if (isOfForeignPage(request.method ?? '', request.headers)) {
      refuse(foreignPage, request, response, form)
    } else if (entrance === undefined) letIn(anybody, request, response)
    else {
      entrance
        .admit(request, certificateOf)
        .then((found) => {
          if ('status' in found) refuse(found, request, response, form)
          else letIn(found, request, response)
        })
        .catch((error) => response.destroy(error))
    }
  }
}

type Response = ServerResponse<IncomingMessage> & { req: IncomingMessage }

/** Who asks by a request that was let in. */
export function visitorOf(request: IncomingMessage): Visitor {
  const visitor = visitors.get(request)
  assert(visitor !== undefined, 'a request is answered that nobody has let in')
  return visitor
}

/** The same where only the context of a route is known. */
export function askerOf({ env }: { readonly env: unknown }): Visitor {
  return visitorOf((env as { readonly incoming: IncomingMessage }).incoming)
}

/** What they may do: `context` is that of a route. */
export function rightsOf(context: { readonly env: unknown }): Rights {
  return askerOf(context).rights
}

function refuse(refused: Refused, request: IncomingMessage, response: Response, form: RefusalForm) {
  const { headers } = request
  const isLong =
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > mostBytesRefused
  const { type, body } = form(refused)
  response.writeHead(refused.status, {
    'content-type': type,
    ...(refused.challenges.length > 0 && { 'www-authenticate': [...refused.challenges] }),
    ...(refused.retryAfterMs !== undefined && {
      'retry-after': `${Math.ceil(refused.retryAfterMs / 1000)}`,
    }),
    ...(isLong && { connection: 'close' }),
  })
  response.end(body)
  if (!isLong) request.resume()
}
