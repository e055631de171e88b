/** How many requests a second the schema registry answers to clients that keep their connections. */
import { Agent, request } from 'node:http'

const clients = 16
const seconds = 3

export async function requestsPerSecond(url: string, subject: string): Promise<[string, string][]> {
  const latest = await fetch(`${url}/subjects/${subject}/versions/latest`)
  const { id, schema } = (await latest.json()) as { id: number; schema: string }
  const byId = await rate(`${url}/schemas/ids/${id}`, 'GET')
  const lookUp = await rate(`${url}/subjects/${subject}`, 'POST', JSON.stringify({ schema }))
  return [
    ['registry: GET /schemas/ids/ID, 16 clients', `${Math.round(byId)} requests/s`],
    ['registry: POST /subjects/SUBJECT, 16 clients', `${Math.round(lookUp)} requests/s`],
  ]
}

async function rate(url: string, method: string, body?: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const end = performance.now() + seconds * 1000
  let answered = 0
  const ask = async () => {
    while (performance.now() < end) {
      await once(agent, url, method, body)
      answered += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, ask))
  agent.destroy()
  return answered / seconds
}

function once(agent: Agent, url: string, method: string, body?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
    const asked = request(url, { agent, method, headers }, (answer) => {
      answer.resume().once('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`${method} ${url} was answered ${answer.statusCode}`))
      })
    })
    asked.once('error', reject).end(body)
  })
}
