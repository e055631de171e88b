/** What a SINETStream configuration server is asked, and what it answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { serviceError } from './errors.ts'
import type { ServiceSurroundings } from './surroundings.ts'
import { isMapping, type Settings } from './values.ts'

export interface ConfigServer {
  readonly address: string
  config(name: string): Promise<Settings>
  /** A value that is encrypted for the public key of that fingerprint. */
  secret(id: string, fingerprint: string): Promise<Settings>
}

interface Access {
  readonly path: string
  readonly address: string
  readonly user: string
  readonly secretKey: string
}

const answerWithinMs = 10_000
const mostAnswerBytes = 16 * 2 ** 20

/**
 * Logs in as `auth.json` says.
 * @throws NoConfigError, InvalidConfigError, AuthorizationError, ConnectionError
 */
export async function openConfigServer(surroundings: ServiceSurroundings): Promise<ConfigServer> {
  const access = readAccess(surroundings)
  const { address, user, secretKey } = access
  const ask = async (what: string, path: string, init: RequestInit) =>
    await answerOf(surroundings.fetch, access, what, path, init)
  const login = 'an access token'
  const { accessToken } = await ask(login, '/authentication', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, 'secret-key': secretKey, strategy: 'api-access' }),
  })
  if (typeof accessToken !== 'string') {
    throw serviceError('server-answer', { address, what: login, why: "'accessToken' is no text" })
  }
  const authorization = `Bearer ${accessToken}`
  return {
    address,
    config: async (name) =>
      await ask(`configuration '${name}'`, `/configs/${encodeURIComponent(name)}`, {
        headers: { authorization },
      }),
    secret: async (id, fingerprint) =>
      await ask(`secret '${id}'`, `/secrets/${encodeURIComponent(id)}`, {
        headers: { authorization, 'SINETStream-config-publickey': fingerprint },
      }),
  }
}

function readAccess({ homeFolder }: ServiceSurroundings): Access {
  const path = join(homeFolder, '.config', 'sinetstream', 'auth.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') throw serviceError('no-server', { path })
    const why = `it cannot be read (${systemCode(cause)}).`
    throw serviceError('config-invalid', { source: path, why }, { cause })
  }
  const content = jsonOf(text)
  const server = isMapping(content) ? content['config-server'] : undefined
  const { address, user, 'secret-key': secretKey } = isMapping(server) ? server : {}
  if (typeof address !== 'string' || typeof user !== 'string' || typeof secretKey !== 'string') {
    const why =
      'write {"config-server": {"address": …, "user": …, "secret-key": …}}, all of them text.'
    throw serviceError('config-invalid', { source: path, why })
  }
  const url = URL.parse(address)
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    const why = "the 'address' is as https://HOST:PORT, without a user or a password in it."
    throw serviceError('config-invalid', { source: path, why })
  }
  return { path, address: address.replace(/\/+$/, ''), user, secretKey }
}

async function answerOf(
  fetch: ServiceSurroundings['fetch'],
  { address, path: authPath }: Access,
  what: string,
  path: string,
  init: RequestInit,
): Promise<Settings> {
  const { status, text } = await exchange()
  if (status === 401) throw serviceError('server-refuses', { address, path: authPath })
  const isLogin = init.method === 'POST'
  if (status === 404 && !isLogin) throw serviceError('server-lacks', { address, what })
  if (status !== (isLogin ? 201 : 200)) {
    throw serviceError('server-fails', { address, what, why: `it answers ${status}` })
  }
  const answer = jsonOf(text)
  if (isMapping(answer)) return answer
  throw serviceError('server-answer', { address, what, why: 'it is no JSON object' })

  async function exchange() {
    try {
      const response = await fetch(`${address}/api/v1${path}`, {
        ...init,
        // Elsewhere the secret-key and the token are not sent.
        redirect: 'manual',
        signal: AbortSignal.timeout(answerWithinMs),
      })
      return { status: response.status, text: await textOf(response) }
    } catch (error) {
      throw serviceError('server-fails', { address, what, why: whyOf(error) }, { cause: error })
    }
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > mostAnswerBytes) throw new Error(`it answers more than ${mostAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What fetch says itself is 'fetch failed'. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `it does not answer within ${answerWithinMs} ms`
  const { cause } = error
  return systemCode(cause) ?? (cause instanceof Error ? cause.message : error.message)
}
