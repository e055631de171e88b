/** An issuer of OpenID Connect that says what a test has it say, true or not. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Owner } from './folders.ts'

export interface Asked {
  readonly nonce: string
  readonly challenge: string
}

export interface LyingIssuer {
  readonly url: string
  /** The ID token that is given for the next code. */
  idToken: (asked: Asked) => Promise<string>
  /** What the token endpoint was asked with, oldest first. */
  readonly exchanges: URLSearchParams[]
  /** What it says of itself beside the usual. */
  metadata: Record<string, unknown>
  /** A token as it ought to be, but for what is given. */
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>
  /** What a browser was sent to it with. */
  asked: Asked
}

interface SignOptions {
  readonly key?: CryptoKey
  readonly keyId?: string
  readonly ends?: string | number
}

/** `tls` are the paths of its certificate and key. */
export async function startLyingIssuer(
  owner: Owner,
  tls?: { readonly certificate: string; readonly key: string },
): Promise<LyingIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256' }] }
  const server =
    tls === undefined
      ? createServer()
      : createSecureServer({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  owner.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer: LyingIssuer = {
    url,
    exchanges: [],
    metadata: {},
    asked: { nonce: '', challenge: '' },
    idToken: async ({ nonce }) => await issuer.sign({ nonce }),
    sign: async (claims, { key = privateKey, keyId = 'key-1', ends = '5m' } = {}) =>
      await new SignJWT({ iss: url, sub: 'admin', aud: 'leat', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: keyId })
        .setIssuedAt()
        .setExpirationTime(ends)
        .sign(key),
  }
  const answers: Record<string, (body: string) => Promise<object> | object> = {
    '/.well-known/openid-configuration': () => ({
      ...{
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
      },
      ...{ jwks_uri: `${url}/jwks`, response_types_supported: ['code'] },
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      ...issuer.metadata,
    }),
    '/jwks': () => jwks,
    '/token': async (body) => {
      issuer.exchanges.push(new URLSearchParams(body))
      const idToken = await issuer.idToken(issuer.asked)
      return { access_token: 'a', token_type: 'bearer', expires_in: 60, id_token: idToken }
    },
  }
  server.on('request', async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const answer = await answers[request.url ?? '']?.(Buffer.concat(chunks).toString())
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? {}))
  })
  return issuer
}
