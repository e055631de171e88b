import type { Clock } from '../base/clock.ts'
import { informationOf } from './information.ts'
import { MessageMetrics, type Metrics } from './message-metrics.ts'
import type { Consistency, ServiceParameters } from './service/index.ts'
import type { Inlet } from './transports/transport.ts'

/** What a Reader and a Writer have in common: what they were opened with, and what they count. */
export abstract class MessageEnd implements AsyncDisposable {
  readonly #parameters: ServiceParameters
  readonly #valueType: string
  readonly #transport: Pick<Inlet, 'info' | 'figures'>
  protected readonly counts: MessageMetrics

  protected constructor(
    parameters: ServiceParameters,
    valueType: { readonly name: string },
    transport: Pick<Inlet, 'info' | 'figures'>,
    clock: Clock,
  ) {
    this.#parameters = parameters
    this.#valueType = valueType.name
    this.#transport = transport
    this.counts = new MessageMetrics(clock)
  }

  get service(): string | undefined {
    return this.#parameters.service
  }

  get clientId(): string {
    return this.#parameters.clientId
  }

  get consistency(): Consistency {
    return this.#parameters.consistency
  }

  get valueType(): string {
    return this.#valueType
  }

  get metrics(): Metrics {
    const raw = this.#transport.figures?.()
    return { ...this.counts.snapshot(), ...(raw !== undefined && { raw }) }
  }

  resetMetrics(): void {
    this.counts.reset()
  }

  /**
   * A fact by its path (`client_id`, `metrics.msg_count_total`, `kafka.assignment`,
   * `s3.writer.seqno`), all of them by ''; undefined if there is none.
   */
  info(path = ''): unknown {
    return informationOf(path, this, this.#parameters.type, this.#transport.info())
  }

  abstract close(): Promise<void>

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
