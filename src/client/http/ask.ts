/** One question over HTTP, with a deadline and a limit for the answer, and with TLS of one's own. */
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../base/clock.ts'

export interface Question {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly tls?: ConnectionOptions
  readonly clock: Clock
  readonly timeoutMs: number
  readonly mostAnswerBytes: number
}

export interface Answer {
  readonly status: number
  readonly statusText: string
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
  const late = new Error(`no answer within ${timeoutMs} ms`)
  const timer = clock.after(timeoutMs, () => deadline.abort(late))
  try {
    const response = await respond(url, { method, headers, signal: deadline.signal, ...tls }, body)
    const text = await textOf(response, mostAnswerBytes)
    return { status: response.statusCode ?? 0, statusText: response.statusMessage ?? '', text }
  } catch (error) {
    throw deadline.signal.aborted ? late : error
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
