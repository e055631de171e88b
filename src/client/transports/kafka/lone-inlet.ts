import type { Timer } from '../../../base/clock.ts'
import type { Fetcher } from '../../kafka/fetcher.ts'
import type { Inlet, SeekTarget } from '../transport.ts'
import { asKafkaError } from './errors.ts'
import type { Opening } from './inlet.ts'
import { Intake } from './intake.ts'
import { type Place, placesOf, positionsAt, timeOf } from './places.ts'
import { KafkaMessage } from './reading.ts'
import { fetchingOf } from './spec.ts'

const defaultLookMs = 30_000

/** A reader without a group: all partitions, and positions that live as long as it does. */
export class LoneInlet implements Inlet {
  readonly #opening: Opening
  readonly #intake: Intake
  readonly #fetcher: Fetcher
  #timer: Timer | undefined

  private constructor(opening: Opening) {
    const { client, spec, surroundings } = opening
    const { brokers } = opening.parameters
    const intake = new Intake(surroundings)
    this.#opening = opening
    this.#intake = intake
    this.#fetcher = client.fetcher({
      ...fetchingOf(spec),
      async onRecords(topic, partition, records) {
        const reading = intake.reading(topic, partition)
        if (reading !== undefined) await intake.bring(reading, records, messageOf)
      },
      onError: (error) => intake.inbox.fail(asKafkaError(error, brokers)),
    })
  }

  /** Resolves when the positions are fixed. */
  static async open(opening: Opening): Promise<LoneInlet> {
    const inlet = new LoneInlet(opening)
    const at = opening.spec.auto_offset_reset === 'earliest' ? 'earliest' : 'latest'
    await inlet.#begin(at, placesOf(opening.topics))
    inlet.#lookLater()
    return inlet
  }

  get inbox() {
    return this.#intake.inbox
  }

  async seek(target: SeekTarget): Promise<void> {
    await this.#begin(timeOf(target), this.#intake.readings)
  }

  figures() {
    return { 'consumer-metrics': this.#opening.client.figures }
  }

  info() {
    const { brokers } = this.#opening.parameters
    return { bootstrap_servers: brokers, assignment: this.#intake.assignment() }
  }

  async close(): Promise<void> {
    this.#timer?.cancel()
    this.inbox.close()
    await this.#opening.client.close()
  }

  async #begin(at: 'earliest' | 'latest' | bigint, places: readonly Place[]): Promise<void> {
    const { client, parameters, spec } = this.#opening
    try {
      const positions = await positionsAt(client, at, places, fetchingOf(spec))
      if (this.inbox.isClosed) return
      this.#intake.leaveFor(positions)
      for (const { topic, partition, offset } of positions) {
        this.#fetcher.assign(topic, partition, offset)
      }
    } catch (error) {
      throw asKafkaError(error, parameters.brokers)
    }
  }

  #lookLater(): void {
    const { surroundings, spec } = this.#opening
    const lookMs = spec.metadata_max_age_ms ?? defaultLookMs
    this.#timer = surroundings.clock.after(lookMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    const { client, parameters, surroundings } = this.#opening
    try {
      const places = placesOf(await client.topics(parameters.topics))
      const added = places.filter(
        ({ topic, partition }) => this.#intake.reading(topic, partition) === undefined,
      )
      // They were made while we read, so nothing of them may be missed.
      if (added.length > 0) await this.#begin('earliest', added)
    } catch (error) {
      const facts = { topics: parameters.topics, error: String(error) }
      surroundings.logger.debug('new partitions cannot be looked for at the moment', facts)
    }
    if (!this.inbox.isClosed) this.#lookLater()
  }
}

const messageOf = (...parts: ConstructorParameters<typeof KafkaMessage>) =>
  new KafkaMessage(...parts)
