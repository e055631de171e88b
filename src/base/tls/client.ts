import { type ConnectionOptions, createSecureContext, type SecureContext } from 'node:tls'
import { type Clock, systemClock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { TlsClientSettings } from './settings.ts'
import { WatchedMaterial } from './watched-material.ts'

export interface TlsClientOptions {
  readonly settings: TlsClientSettings
  readonly logger: Logger
  readonly clock?: Clock
}

/** TLS for connections to other servers. Throws a `tlsError` where the settings cannot be used. */
export async function clientTls({
  settings,
  logger,
  clock = systemClock,
}: TlsClientOptions): Promise<TlsClient> {
  return new TlsClient(settings, await WatchedMaterial.open(settings, { logger, clock }))
}

/** Keys and trust of a client, which follow their files until it is closed. */
export class TlsClient implements AsyncDisposable {
  readonly #settings: TlsClientSettings
  readonly #material: WatchedMaterial
  #context: SecureContext

  constructor(settings: TlsClientSettings, material: WatchedMaterial) {
    this.#settings = settings
    this.#material = material
    this.#context = createSecureContext(material.current.context)
    material.onReload(() => {
      this.#context = createSecureContext(material.current.context)
    })
  }

  /** For `tls.connect`, beside host and port. What is kept of it has the newest keys each time it is copied. */
  get options(): ConnectionOptions {
    const { serverName, verify, verifyName } = this.#settings
    const context = () => this.#context
    return {
      get secureContext() {
        return context()
      },
      rejectUnauthorized: verify,
      ...(serverName !== undefined && { servername: serverName }),
      // The chain is verified all the same.
      ...(verify && !verifyName && { checkServerIdentity: () => undefined }),
    }
  }

  async close(): Promise<void> {
    await this.#material.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
