import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Owner } from './folders.ts'

export interface AnswerDropper {
  readonly url: string
  /** What the server answered to each PUT, heard or not. */
  readonly statuses: readonly (number | undefined)[]
  /** So many of the next answers to a PUT do not come back: the connection ends instead. */
  dropsNext: number
}

/** An HTTP proxy that loses answers, as a network does. */
export async function dropAnswers(owner: Owner, port: number): Promise<AnswerDropper> {
  const statuses: (number | undefined)[] = []
  const proxy = createServer((question, answer) => {
    const { method, url: path, headers } = question
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (heard) => {
      if (method === 'PUT') statuses.push(heard.statusCode)
      if (method === 'PUT' && dropper.dropsNext > 0) {
        dropper.dropsNext -= 1
        question.socket.destroy()
        return
      }
      answer.writeHead(heard.statusCode ?? 0, heard.headers)
      heard.pipe(answer)
    })
    question.pipe(onward)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  owner.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const dropper: AnswerDropper = { url, statuses, dropsNext: 0 }
  return dropper
}
