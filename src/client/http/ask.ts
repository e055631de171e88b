/** One question over HTTP, with a deadline and a limit for the answer, and with TLS of one's own. */
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import { request as plainRequest } from '../../base/node-http.ts'

export interface Question {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly tls?: ConnectionOptions
  readonly clock: Clock
  readonly timeoutMs: number
  /** Gives up before. */
  readonly signal?: AbortSignal
  readonly mostAnswerBytes: number
}

export interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Rejects with what Node says of the connection, or with an error that says which limit was met. */
export async function ask(url: string, question: Question): Promise<Answer> {
  const { clock, timeoutMs, mostAnswerBytes, body, tls, method } = question
  const headers = {
    ...question.headers,
    ...(body !== undefined && { 'content-length': `${Buffer.byteLength(body)}` }),
  }
  const deadline = new AbortController()
  const given = question.signal === undefined ? [] : [question.signal]
  const signal = AbortSignal.any([deadline.signal, ...given])
  const late = new Error(`no answer within ${timeoutMs} ms`)
  const timer = clock.after(timeoutMs, () => deadline.abort(late))
  try {
    const response = await respond(url, { method, headers, signal, ...tls }, body)
    const text = await textOf(response, mostAnswerBytes)
    const { statusCode: status = 0, statusMessage: statusText = '' } = response
    return { status, statusText, headers: response.headers, text }
  } catch (error) {
    throw deadline.signal.aborted ? late : sayable(error)
  } finally {
    timer.cancel()
  }
}

function respond(
  url: string,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  const send = url.startsWith('https:') ? secureRequest : plainRequest
  return new Promise((resolve, reject) => {
    const request = send(url, options, resolve)
    request.on('error', reject)
    request.end(body)
  })
}

/** Where a name has several addresses, Node says what it met at each, and nothing of the whole. */
function sayable(error: unknown): unknown {
  return error instanceof AggregateError && error.message === '' ? error.errors[0] : error
}

async function textOf(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length
    if (bytes > mostBytes) throw new Error(`its answer has more than ${mostBytes} bytes`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
