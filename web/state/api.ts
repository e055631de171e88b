/** Asks leat. Every answer that is not good is thrown as a `Problem`. */
import { Problem, problemIn } from './problem.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Only a script of this page can set it, which is how leat knows its own page. */
const ownPage = { 'x-leat-console': '1' }

let onLoggedOut = (): void => {}

/** Called when leat no longer knows who this is. */
export function whenLoggedOut(act: () => void): void {
  onLoggedOut = act
}

export async function ask<Answer = unknown>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const text = await (await open(method, path, body, signal)).text()
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}

/** The answer with its body still to be read. */
export async function open(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const isJson = body !== undefined
  const response = await fetch(path, {
    method,
    headers: isJson ? { ...ownPage, 'content-type': 'application/json' } : ownPage,
    ...(isJson && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new Problem(
      0,
      'unreachable',
      'leat does not answer: is it running, and is the network there?',
    )
  })
  if (response.ok) return response
  const problem = problemIn(response.status, await bodyOf(response))
  if (response.status === 401 && path !== '/api/session') onLoggedOut()
  throw problem
}

async function bodyOf(response: Response): Promise<unknown> {
  return await response.json().catch(() => undefined)
}

/** A path below the API, each part of it as the name that it is. */
export function pathOf(...parts: readonly string[]): string {
  return ['/api', ...parts.map(encodeURIComponent)].join('/')
}
