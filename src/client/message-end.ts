import type { Clock } from '../base/clock.ts'
import { informationOf } from './information.ts'
import { MessageMetrics, type Metrics } from './message-metrics.ts'
import type { Consistency, ServiceParameters } from './service/index.ts'

/** What a Reader and a Writer have in common: what they were opened with, and what they count. */
export abstract class MessageEnd implements AsyncDisposable {
  readonly #parameters: ServiceParameters
  readonly #valueType: string
  readonly #transportInfo: () => Readonly<Record<string, unknown>>
  protected readonly counts: MessageMetrics

  protected constructor(
    parameters: ServiceParameters,
    valueType: { readonly name: string },
    transport: { info(): Readonly<Record<string, unknown>> },
    clock: Clock,
  ) {
    this.#parameters = parameters
    this.#valueType = valueType.name
    this.#transportInfo = () => transport.info()
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
    return this.counts.snapshot()
  }

  resetMetrics(): void {
    this.counts.reset()
  }

  /**
   * A fact by its path (`client_id`, `metrics.msg_count_total`, `kafka.assignment`,
   * `s3.writer.seqno`), all of them by ''; undefined if there is none.
   */
  info(path = ''): unknown {
    return informationOf(path, this, this.#parameters.type, this.#transportInfo())
  }

  abstract close(): Promise<void>

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
