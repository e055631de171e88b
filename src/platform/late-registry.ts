import type { RegistryClient } from '../client/registry/index.ts'

/** Clients of the broker and the MQTT door wait for the answer, most of them for 30 seconds. */
const timeoutMs = 5000

/** The schema registry for parts that open before it does. */
export class LateRegistry {
  readonly #urls = Promise.withResolvers<readonly string[]>()
  /** Made for the first who asks: few topics have a schema. */
  #client: Promise<RegistryClient> | undefined
  #isOpen = false

  get isOpen(): boolean {
    return this.#isOpen
  }

  openAt(urls: readonly string[]): void {
    this.#isOpen = true
    this.#urls.resolve(urls)
  }

  /** Resolves once the registry is open. */
  client(): Promise<RegistryClient> {
    this.#client ??= this.#open()
    return this.#client
  }

  async #open(): Promise<RegistryClient> {
    const urls = await this.#urls.promise
    const { RegistryClient } = await import('../client/registry/index.ts')
    return new RegistryClient({ urls, timeoutMs })
  }
}
