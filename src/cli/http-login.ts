import type { WayToRegistry } from '../client/registry/index.ts'

/** The header by which commands say who they are: a token, or a user of the file or of the address. */
export function authorizationOf(
  { basicAuth, bearerToken }: WayToRegistry,
  { username, password }: URL,
): Record<string, string> {
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` }
  const inUrl =
    username === ''
      ? undefined
      : { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  const login = basicAuth ?? inUrl
  if (login === undefined) return {}
  const pair = Buffer.from(`${login.user}:${login.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}
