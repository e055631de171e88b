import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { TlsClient } from '../../base/tls/client.ts'
import type { ClientCredentials } from '../../protocols/sasl/index.ts'
import { securityError } from './errors.ts'
import { type ClientSecurity, saslProblem } from './settings.ts'
import { type TokenSource, tokenSource } from './token-source.ts'

export interface SecurityParts {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** What all connections of one client need, to know whom they speak with and to say who they are. */
export class ConnectionSecurity {
  readonly random: Random
  readonly #settings: ClientSecurity
  readonly #parts: SecurityParts
  readonly #token: TokenSource
  #tls: Promise<TlsClient> | undefined

  /** Throws 'security-setting' where settings do not go together. */
  constructor(settings: ClientSecurity, parts: SecurityParts) {
    const { sasl } = settings
    const problem = sasl && saslProblem(sasl)
    if (problem !== undefined) throw securityError('security-setting', { problem })
    this.random = parts.random
    this.#settings = settings
    this.#parts = parts
    this.#token = tokenSource(sasl ?? {}, parts.clock)
  }

  /** For `tls.connect`, beside host and port; undefined where nothing is encrypted. Throws a `tlsError`. */
  async tls(): Promise<ConnectionOptions | undefined> {
    if (this.#settings.tls === undefined) return undefined
    this.#tls ??= this.#openTls(this.#settings.tls)
    return (await this.#tls).options
  }

  /** For one login; undefined where none is wanted. */
  async credentials(): Promise<ClientCredentials | undefined> {
    const { sasl } = this.#settings
    if (sasl === undefined) return undefined
    const { mechanism, username: user = '', password = '', extensions } = sasl
    return mechanism === 'OAUTHBEARER'
      ? { mechanism, token: await this.#token(), extensions }
      : { mechanism, user, password, extensions }
  }

  async close(): Promise<void> {
    const tls = await this.#tls?.catch(() => undefined)
    await tls?.close()
  }

  /** Files that cannot be read now may be there at the next connection. */
  async #openTls(settings: NonNullable<ClientSecurity['tls']>): Promise<TlsClient> {
    const { clock, logger } = this.#parts
    try {
      const { clientTls } = await import('../../base/tls/client.ts')
      return await clientTls({ settings, logger, clock })
    } catch (error) {
      this.#tls = undefined
      throw error
    }
  }
}
