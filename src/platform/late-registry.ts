import type { RegistryClient, WayToRegistry } from '../client/registry/index.ts'

/** Clients of the broker and the MQTT door wait for the answer, most of them for 30 seconds. */
const timeoutMs = 5000

/** The schema registry for parts that open before it does. */
export class LateRegistry {
  readonly #way = Promise.withResolvers<WayToRegistry>()
  /** Made for the first who asks: few topics have a schema. */
  #client: Promise<RegistryClient> | undefined
  #isOpen = false

  get isOpen(): boolean {
    return this.#isOpen
  }

  openAt(way: WayToRegistry): void {
    this.#isOpen = true
    this.#way.resolve(way)
  }

  /** Resolves once the registry is open. */
  client(): Promise<RegistryClient> {
    this.#client ??= this.#open()
    return this.#client
  }

  async #open(): Promise<RegistryClient> {
    const way = await this.#way.promise
    const { RegistryClient } = await import('../client/registry/index.ts')
    return new RegistryClient({ ...way, timeoutMs })
  }
}
