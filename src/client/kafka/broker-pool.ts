import { pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { type BrokerAddress, formatBrokerAddress } from './addresses.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { clientError } from './errors.ts'
import { type Patience, retryDelayMs } from './retry.ts'

/**
 * The connections of one client, opened when they are wanted. A broker answers the requests of a
 * connection in order, so what may wait long (fetches, joining a group) gets a `lane` of its own
 * and delays nobody else.
 */
export class BrokerPool {
  readonly #options: Omit<ConnectionOptions, 'address'>
  readonly #patience: Patience
  readonly #logger: Logger
  readonly #entries = new Map<string, Entry>()

  constructor(options: Omit<ConnectionOptions, 'address'>, patience: Patience, logger: Logger) {
    this.#options = options
    this.#patience = patience
    this.#logger = logger
  }

  /** An open connection; waits out the back-off after a failure. Throws `broker-unreachable`. */
  async connection(address: BrokerAddress, lane: string): Promise<Connection> {
    const key = `${lane} ${formatBrokerAddress(address)}`
    const entry = this.#entries.get(key) ?? { ...unopened }
    this.#entries.set(key, entry)
    if (entry.open?.isOpen) return entry.open
    entry.opening ??= this.#open(address, entry).finally(() => {
      entry.opening = undefined
    })
    return await entry.opening
  }

  /** Whether a connection to the address stands, so that asking there costs no wait. */
  isOpen(address: BrokerAddress, lane: string): boolean {
    return this.#entries.get(`${lane} ${formatBrokerAddress(address)}`)?.open?.isOpen ?? false
  }

  /** Ends the connections of a lane that is not used any more. */
  closeLane(lane: string): void {
    for (const [key, entry] of this.#entries) {
      if (!key.startsWith(`${lane} `)) continue
      entry.open?.close()
      entry.isAbandoned = true
      this.#entries.delete(key)
    }
  }

  close(): void {
    for (const { open } of this.#entries.values()) open?.close()
    this.#entries.clear()
  }

  async #open(address: BrokerAddress, entry: Entry): Promise<Connection> {
    const { clock, random, signal } = this.#patience
    await pause(entry.notBefore - clock.now(), this.#patience)
    if (signal.aborted) throw clientError('client-closed', undefined)
    try {
      const connection = await Connection.open({ ...this.#options, address })
      if (signal.aborted || entry.isAbandoned) {
        connection.close()
        throw clientError('client-closed', undefined)
      }
      entry.open = connection
      entry.failures = 0
      return connection
    } catch (error) {
      entry.notBefore = clock.now() + retryDelayMs(entry.failures++, random)
      if (entry.failures === 1) {
        this.#logger.debug('a Kafka broker does not answer', { ...address, error: String(error) })
      }
      throw error
    }
  }
}

interface Entry {
  open?: Connection
  /** Its lane was closed while it was being opened. */
  isAbandoned: boolean
  opening: Promise<Connection> | undefined
  failures: number
  notBefore: number
}

const unopened: Entry = { opening: undefined, isAbandoned: false, failures: 0, notBefore: 0 }
