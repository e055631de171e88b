/** Of oidc-provider, which brings no types, what the tests use. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

  interface Context {
    readonly oidc: {
      readonly provider: { readonly Grant: new (of: GrantOf) => Grant }
      readonly client?: { readonly clientId: string }
      readonly session?: { readonly accountId?: string }
    }
  }

  interface GrantOf {
    readonly clientId: string
    readonly accountId: string
  }

  interface Grant {
    addOIDCScope(scopes: string): void
    save(): Promise<string>
  }

  interface Account {
    readonly accountId: string
    claims(): { readonly sub: string } & Readonly<Record<string, unknown>>
  }

  export interface Configuration {
    readonly clients?: readonly Readonly<Record<string, unknown>>[]
    readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
    readonly cookies?: { readonly keys: readonly string[] }
    readonly scopes?: readonly string[]
    readonly claims?: Readonly<Record<string, readonly string[]>>
    readonly clientAuthMethods?: readonly string[]
    readonly features?: Readonly<Record<string, { readonly enabled: boolean }>>
    readonly interactions?: {
      readonly url: (context: Context, interaction: { readonly uid: string }) => string
    }
    readonly pkce?: { readonly required: () => boolean }
    readonly findAccount?: (context: Context, id: string) => Account
    readonly loadExistingGrant?: (context: Context) => Promise<Grant>
    readonly ttl?: Readonly<Record<string, number>>
  }

  export default class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): RequestListener
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
    ): Promise<void>
  }
}
