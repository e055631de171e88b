import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Owner } from './folders.ts'

/**
 * In front of a server of S3, so that it gets one write after the other, and each as a whole. versitygw looks
 * at `If-None-Match` before it takes the bytes: of two at the same time, both may find nothing there. AWS and
 * newer versions of versitygw decide when they give the object its name.
 */
export async function oneWriteAtATime(owner: Owner, toPort: number): Promise<number> {
  let before: Promise<unknown> = Promise.resolve()
  const server = createServer((asked, answer) => {
    const isWrite = asked.method !== 'GET' && asked.method !== 'HEAD'
    const done = buffer(asked).then(async (body) => {
      const turn = (isWrite ? before : Promise.resolve()).then(() => pass(asked, body, toPort))
      if (isWrite) before = turn.catch(() => {})
      await tell(answer, await turn)
    })
    // Whoever asked is gone, or the server is: the connection ends, as it would without this.
    done.catch(() => answer.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  owner.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

interface Passed {
  readonly head: IncomingMessage
  readonly body: Buffer
}

async function pass(asked: IncomingMessage, body: Buffer, port: number): Promise<Passed> {
  const { method, url, rawHeaders } = asked
  // As they were signed: with the host that the client meant.
  const on = request({ host: '127.0.0.1', port, method, path: url, headers: rawHeaders })
  on.end(body)
  const [head] = (await once(on, 'response')) as [IncomingMessage]
  return { head, body: await buffer(head) }
}

async function tell(answer: ServerResponse, { head, body }: Passed): Promise<void> {
  answer.writeHead(head.statusCode ?? 500, head.rawHeaders)
  answer.end(body)
}
