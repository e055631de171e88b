import type { RequestListener } from 'node:http'
import { answerLazily, HttpDoors } from '../base/http-doors.ts'
import type { RouteOptions } from './routes/index.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

const mostBodyBytes = 4 * 1024 * 1024

/** The REST doors: they listen at once. */
export async function openConnectDoors(
  listeners: readonly Address[],
  options: RouteOptions,
): Promise<HttpDoors> {
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./routes/index.ts')
    return listenerOf(options)
  })
  return await HttpDoors.open({ listeners, answer: withinSize(answer) })
}

function withinSize(answer: RequestListener): RequestListener {
  return (request, response) => {
    if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) {
      response.writeHead(413, { connection: 'close' }).end()
    } else answer(request, response)
  }
}
