/** Lets a client and a server talk, with somebody in between who may change what they say. */
import type { ClientExchange, ClientStep, ServerExchange, ServerStep } from '../exchange.ts'

export type Tamper = (token: Buffer, index: number) => Buffer

export interface Talk {
  /** Undefined where the server was not asked. */
  readonly server: ServerStep | undefined
  readonly client: ClientStep | undefined
  /** Everything that was said, the client's tokens first. */
  readonly tokens: readonly Buffer[]
}

const mostTokens = 8

export async function talk(
  client: ClientExchange,
  server: ServerExchange,
  tamper: Tamper = (token) => token,
): Promise<Talk> {
  const tokens = [client.first()]
  const sent = () => tamper(Buffer.from(tokens.at(-1) ?? []), tokens.length - 1)
  let serverStep: ServerStep | undefined
  let clientStep: ClientStep | undefined
  while (tokens.length < mostTokens) {
    serverStep = await server.next(sent())
    if (serverStep.kind === 'failed') break
    tokens.push(serverStep.token)
    clientStep = await client.next(sent())
    if (serverStep.kind === 'done' || clientStep.kind !== 'reply') break
    tokens.push(clientStep.token)
  }
  return { server: serverStep, client: clientStep, tokens }
}
