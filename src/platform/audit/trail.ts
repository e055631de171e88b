import type { Audit, AuditEvent } from '../../access/audit.ts'
import { insidePrincipal } from '../../access/inside-rights.ts'
import { formatPrincipal } from '../../access/principal.ts'
import { atMost, type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Random } from '../../base/random.ts'
import type { KafkaClient } from '../../client/index.ts'
import { recordHeaders, recordOf } from './event-record.ts'
import type { AuditSettings } from './settings.ts'

type Producer = ReturnType<KafkaClient['producer']>
type Client = Pick<KafkaClient, 'createTopics'> & { producer(): Pick<Producer, 'send' | 'close'> }

export interface TrailParts {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly random: Random
}

/** So many are on their way at once. */
const mostUnderWay = 500
const retryMs = 1000
/** How long closing waits for what is not written yet. */
const closeMs = 2000
/** Losses are spoken of so often. */
const sayLossMs = 60_000
const idBytes = 16
/** Who writes what is told here. */
const itself = formatPrincipal(insidePrincipal('audit'))
const alreadyThere = 'topic-already-exists'

/**
 * What happens at the doors, on its way into a topic. Nobody waits for it: what is told beyond the
 * bound, or cannot be written, is counted and spoken of in the log.
 */
export class AuditTrail implements Audit, AsyncDisposable {
  readonly #settings: AuditSettings
  readonly #parts: TrailParts
  readonly #waiting: Buffer[] = []
  readonly #closing = new AbortController()
  #waitingBytes = 0
  #written = 0
  #lost = 0
  #saidLost = 0
  #saidAtMs = Number.NEGATIVE_INFINITY
  #writing: Promise<void> | undefined
  #came: (() => void) | undefined

  constructor(settings: AuditSettings, parts: TrailParts) {
    this.#settings = settings
    this.#parts = parts
    const { metrics } = parts
    metrics.counter('leat_audit_written_total', 'Audit records written.', () => this.#written)
    metrics.counter(
      'leat_audit_lost_total',
      'Audit records that were not written, because too many waited or the log did not take them.',
      () => this.#lost,
    )
  }

  get tellsAllowed(): boolean {
    return this.#settings.allowed
  }

  tell(event: AuditEvent): void {
    if ('principal' in event && formatPrincipal(event.principal) === itself) return
    const record = this.#recordOf(event)
    if (record === undefined) return
    if (this.#waitingBytes + record.length > this.#settings.queuedBytes) {
      this.#lose(1, 'too many wait to be written')
      return
    }
    this.#waiting.push(record)
    this.#waitingBytes += record.length
    this.#came?.()
  }

  /** From now on what was told is written. */
  open(client: Client): void {
    this.#writing = this.#write(client)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#came?.()
    const { clock } = this.#parts
    if (this.#writing !== undefined) await atMost(clock, closeMs, this.#writing)
    if (this.#waiting.length > 0) this.#lose(this.#waiting.length, 'leat was stopped')
    this.#sayLoss('leat was stopped')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Undefined where a mistake of ours makes that impossible, which must not reach whoever told it. */
  #recordOf(event: AuditEvent): Buffer | undefined {
    const { clock, random } = this.#parts
    try {
      const id = random.bytes(idBytes).toString('base64url')
      return recordOf(event, { id, time: new Date(clock.now()) })
    } catch (error) {
      this.#lose(1, `${error}`)
      return undefined
    }
  }

  async #write(client: Client): Promise<void> {
    await this.#makeTopic(client)
    const producer = client.producer()
    while (this.#waiting.length > 0 || !this.#closing.signal.aborted) {
      if (this.#waiting.length === 0) {
        await new Promise<void>((came) => {
          this.#came = came
        })
        continue
      }
      const records = this.#waiting.splice(0, mostUnderWay)
      await Promise.all(records.map((record) => this.#send(record, producer)))
    }
    await producer.close()
  }

  async #makeTopic(client: Client): Promise<void> {
    const { signal } = this.#closing
    const { clock, logger } = this.#parts
    const name = this.#settings.topic
    let isSaid = false
    while (!signal.aborted) {
      try {
        const [made] = await client.createTopics([{ name }])
        if (made?.error === undefined || made.error.code === alreadyThere) return
        throw made.error
      } catch (error) {
        const facts = { topic: name, error: error instanceof Error ? error.message : `${error}` }
        if (!isSaid) logger.warn('The topic of the audit log cannot be made yet', facts)
        isSaid = true
        await pause(retryMs, { clock, signal })
      }
    }
  }

  /** The producer tries as long as it makes sense. */
  async #send(value: Buffer, producer: Pick<Producer, 'send'>): Promise<void> {
    try {
      await producer.send({ topic: this.#settings.topic, value, headers: recordHeaders })
      this.#written += 1
    } catch (error) {
      this.#lose(1, `${error}`)
    }
    this.#waitingBytes -= value.length
  }

  #lose(count: number, why: string): void {
    this.#lost += count
    if (this.#parts.clock.now() - this.#saidAtMs >= sayLossMs) this.#sayLoss(why)
  }

  #sayLoss(why: string): void {
    const lost = this.#lost - this.#saidLost
    if (lost === 0) return
    this.#saidLost = this.#lost
    this.#saidAtMs = this.#parts.clock.now()
    this.#parts.logger.error('Audit records were lost', { lost, why })
  }
}
