/** A real issuer of OpenID Connect (oidc-provider), at which a test says who is logged in. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'
import type { Owner } from './folders.ts'

export interface TestIssuer {
  readonly url: string
  /** Who sits before the browser; undefined: they press 'cancel'. */
  user: string | undefined
  /** How often somebody was asked who they are. */
  asked: number
  /** What is said of each user beside the name. */
  readonly claims: Record<string, Record<string, unknown>>
  /** What leat is to write into leat.yml: its client. */
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  /** Where it may come back to, once that is known. */
  readonly allowed: string[]
  close(): Promise<void>
}

const interactionPath = /^\/interaction\/([\w-]+)$/

export async function startIssuer(
  owner: Owner,
  settings: { readonly client?: Record<string, unknown>; readonly more?: Configuration } = {},
): Promise<TestIssuer> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { clientId: 'leat', clientSecret: 'a-secret-of/leat+' }
  const issuer: TestIssuer = {
    ...{ url, user: undefined, asked: 0, claims: {}, client, allowed: [] },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  owner.after(() => issuer.close())
  let provider: Provider | undefined
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // The port of leat is known when it runs, and the issuer runs before.
    provider ??= providerOf(issuer, await exportJWK(privateKey), settings)
    if (interactionPath.test(request.url ?? '')) await interact(provider, issuer, request, response)
    else provider.callback()(request, response)
  }
  server.on('request', (request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  return issuer
}

function providerOf(
  { url, client, claims, allowed }: TestIssuer,
  key: Record<string, unknown>,
  { client: ofClient = {}, more = {} }: Parameters<typeof startIssuer>[1] & object,
): Provider {
  return new Provider(url, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: allowed,
        ...ofClient,
      },
    ],
    jwks: { keys: [{ ...key, kid: 'key-1', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of-a-test'] },
    scopes: ['openid', 'profile', 'groups'],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name'], groups: ['groups'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, ...claims[id] }),
    }),
    // Consent is given once and for all.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid profile groups')
      await grant.save()
      return grant
    },
    ttl: { Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, Interaction: 600 },
    ...more,
  })
}

async function interact(
  provider: Provider,
  issuer: TestIssuer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { user } = issuer
  issuer.asked += 1
  const result =
    user === undefined
      ? { error: 'access_denied', error_description: 'The user has cancelled' }
      : { login: { accountId: user } }
  await provider.interactionFinished(request, response, result)
}
