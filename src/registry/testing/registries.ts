import type { TestContext } from 'node:test'
import { RegistryDoor, type RegistryDoorOptions } from '../door.ts'
import { FakeKafka } from './fake-kafka.ts'
import { listFormats } from './list-format.ts'

export interface Answer {
  readonly status: number
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: the tests compare it.
  readonly body: any
}

/** A registry over a cluster in memory, closed with its test, and a way to ask it. */
export async function openRegistry(
  t: TestContext,
  options: Partial<RegistryDoorOptions> = {},
  kafka = new FakeKafka(),
) {
  const door = await RegistryDoor.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    client: kafka,
    formats: listFormats,
    ...options,
  })
  t.after(() => door.close())
  const url = `http://127.0.0.1:${door.addresses[0]?.port}`
  const ask = (method: string, path: string, body?: unknown) => askAt(url, method, path, body)
  return { door, kafka, url, ask }
}

/** The answer of one request; a body that is a text is sent as it is. */
export async function askAt(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: text === '' ? undefined : parsed(text),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
