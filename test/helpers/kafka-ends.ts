/** The ends of the Kafka transport on a broker, closed before the broker is. */
import { systemClock } from '../../src/base/clock.ts'
import type { Logger } from '../../src/base/logger.ts'
import { systemRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import type { Consistency, ServiceParameters } from '../../src/client/service/index.ts'
import { kafka } from '../../src/client/transports/kafka/index.ts'
import type { Inlet, Outlet } from '../../src/client/transports/transport.ts'
import { startBroker } from './broker.ts'
import type { Owner } from './folders.ts'

interface Given {
  readonly topics?: readonly string[]
  readonly consistency?: Consistency
  readonly spec?: Record<string, unknown>
  readonly tls?: ServiceParameters['tls']
}

export class KafkaEnds {
  readonly warnings: string[] = []
  readonly #owner: Owner
  readonly #brokers: readonly string[]

  constructor(owner: Owner, ...brokers: string[]) {
    this.#owner = owner
    this.#brokers = brokers
  }

  async inlet(given: Given = {}): Promise<Inlet> {
    const inlet = await kafka.openInlet(this.#parameters(given), this.#surroundings())
    this.#owner.after(() => inlet.close())
    return inlet
  }

  async outlet(given: Given = {}): Promise<Outlet> {
    const outlet = await kafka.openOutlet(this.#parameters(given), this.#surroundings())
    this.#owner.after(() => outlet.close())
    return outlet
  }

  client(): KafkaClient {
    const client = new KafkaClient({ brokers: this.#brokers, clientId: 'test' })
    this.#owner.after(() => client.close())
    return client
  }

  #parameters(given: Given): ServiceParameters {
    return {
      ...{ service: 'test', type: 'kafka', brokers: this.#brokers, topics: ['topic'] },
      ...{ clientId: 'test', consistency: 'AT_LEAST_ONCE', valueType: { name: 'text', args: {} } },
      coding: {
        ...{ messageFormat: 3, userDataOnly: false },
        ...{ compression: undefined, encryption: undefined },
      },
      ...{ receiveTimeoutMs: Number.POSITIVE_INFINITY, tls: undefined },
      ...{ retry: { attempts: 1, delayMs: 0, mostDelayMs: 0 }, deadLetters: undefined },
      events: undefined,
      ...given,
      spec: given.spec ?? {},
    }
  }

  #surroundings() {
    const logger: Logger = {
      debug() {},
      info() {},
      warn: (message) => void this.warnings.push(message),
      error() {},
      with: () => logger,
    }
    return { clock: systemClock, random: systemRandom, logger }
  }
}

/** On a broker of its own within the process. */
export async function endsOnBroker(owner: Owner): Promise<KafkaEnds> {
  const { address, inner } = await startBroker(owner)
  return new KafkaEnds(inner, address)
}
