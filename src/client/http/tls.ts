import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import type { TlsSettings } from '../../base/tls/settings.ts'

/** Files of keys are read anew after so long, with the next question. */
const believedMs = 30_000

/**
 * Keys and trust for questions over HTTP. It needs no end: files are looked at again when somebody
 * asks, not by a timer. Of a listener's settings it makes those of a client with the same keys.
 */
export class HttpTls {
  readonly #settings: TlsSettings
  readonly #clock: Clock
  #read: { readonly options: Promise<ConnectionOptions>; readonly atMs: number } | undefined

  constructor(settings: TlsSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
  }

  /** Throws a `tlsError` where the files cannot be used. */
  async options(): Promise<ConnectionOptions> {
    const nowMs = this.#clock.now()
    if (this.#read === undefined || nowMs - this.#read.atMs > believedMs) {
      this.#read = { options: this.#readOptions(), atMs: nowMs }
    }
    const { options } = this.#read
    try {
      return await options
    } catch (error) {
      if (this.#read.options === options) this.#read = undefined
      throw error
    }
  }

  async #readOptions(): Promise<ConnectionOptions> {
    const [{ materialOf }, { readSources }] = await Promise.all([
      import('../../base/tls/material.ts'),
      import('../../base/tls/sources.ts'),
    ])
    const { context } = await materialOf(await readSources(this.#settings), this.#settings)
    if (!('verify' in this.#settings)) return context
    const { verify, verifyName, serverName } = this.#settings
    return {
      ...context,
      rejectUnauthorized: verify,
      ...(serverName !== undefined && { servername: serverName }),
      // The chain is verified all the same.
      ...(verify && !verifyName && { checkServerIdentity: () => undefined }),
    }
  }
}
