import { type BrokerAddress, formatBrokerAddress } from './addresses.ts'

/** Which brokers did not answer when they were asked last: others are asked before them. */
export class Standing {
  /** In the order in which they failed. */
  readonly #failed = new Set<string>()

  answered(address: BrokerAddress): void {
    this.#failed.delete(formatBrokerAddress(address))
  }

  failed(address: BrokerAddress): void {
    const name = formatBrokerAddress(address)
    this.#failed.delete(name)
    this.#failed.add(name)
  }

  /** Each once, in the order given, but those that failed at the end: who failed last is the last. */
  sort(addresses: readonly BrokerAddress[]): BrokerAddress[] {
    const found = new Map(addresses.map((one) => [formatBrokerAddress(one), one]))
    const failed: BrokerAddress[] = []
    for (const name of this.#failed) {
      const address = found.get(name)
      // Nobody is remembered who is not asked any more.
      if (address === undefined) this.#failed.delete(name)
      else failed.push(address)
      found.delete(name)
    }
    return [...found.values(), ...failed]
  }
}
