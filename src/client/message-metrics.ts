/** The figures of one Reader or Writer, under SINETStream's names. */
import type { Clock } from '../base/clock.ts'
import type { ClientFigures } from './transports/transport.ts'

/** Times in seconds since the epoch (`_ms`: milliseconds); bytes as they cross the wire; rates a second. */
export interface Metrics {
  readonly start_time: number
  readonly start_time_ms: number
  /** Of the last message or error. */
  readonly end_time: number
  readonly end_time_ms: number
  readonly time: number
  readonly time_ms: number
  readonly msg_count_total: number
  readonly msg_count_rate: number
  readonly msg_uncompressed_bytes_total: number
  readonly msg_compressed_bytes_total: number
  /** Compressed by uncompressed; 1 without messages. */
  readonly msg_compression_ratio: number
  readonly msg_bytes_total: number
  readonly msg_bytes_rate: number
  readonly msg_size_min: number | undefined
  readonly msg_size_max: number | undefined
  readonly msg_size_avg: number
  readonly error_count_total: number
  readonly error_count_rate: number
  /** What the broker's client itself counts since it was opened, under Kafka's names; absent where it counts nothing. `resetMetrics` leaves it as it is. */
  readonly raw?: ClientFigures
}

export class MessageMetrics {
  readonly #clock: Clock
  #startMs = 0
  #endMs = 0
  #messages = 0
  #uncompressedBytes = 0
  #compressedBytes = 0
  #bytes = 0
  #smallest = Number.POSITIVE_INFINITY
  #largest = 0
  #errors = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.reset()
  }

  message(bytes: number, uncompressedBytes: number, compressedBytes: number): void {
    this.#messages += 1
    this.#bytes += bytes
    this.#uncompressedBytes += uncompressedBytes
    this.#compressedBytes += compressedBytes
    if (bytes < this.#smallest) this.#smallest = bytes
    if (bytes > this.#largest) this.#largest = bytes
    this.#endMs = this.#clock.now()
  }

  error(): void {
    this.#errors += 1
    this.#endMs = this.#clock.now()
  }

  reset(): void {
    this.#startMs = this.#clock.now()
    this.#endMs = this.#startMs
    this.#messages = 0
    this.#uncompressedBytes = 0
    this.#compressedBytes = 0
    this.#bytes = 0
    this.#smallest = Number.POSITIVE_INFINITY
    this.#largest = 0
    this.#errors = 0
  }

  snapshot(): Metrics {
    const timeMs = this.#endMs - this.#startMs
    const rate = (total: number) => (timeMs > 0 ? (total * 1000) / timeMs : 0)
    const any = this.#messages > 0
    return {
      start_time: this.#startMs / 1000,
      start_time_ms: this.#startMs,
      end_time: this.#endMs / 1000,
      end_time_ms: this.#endMs,
      time: timeMs / 1000,
      time_ms: timeMs,
      msg_count_total: this.#messages,
      msg_count_rate: rate(this.#messages),
      msg_uncompressed_bytes_total: this.#uncompressedBytes,
      msg_compressed_bytes_total: this.#compressedBytes,
      msg_compression_ratio:
        this.#uncompressedBytes > 0 ? this.#compressedBytes / this.#uncompressedBytes : 1,
      msg_bytes_total: this.#bytes,
      msg_bytes_rate: rate(this.#bytes),
      msg_size_min: any ? this.#smallest : undefined,
      msg_size_max: any ? this.#largest : undefined,
      msg_size_avg: any ? this.#bytes / this.#messages : 0,
      error_count_total: this.#errors,
      error_count_rate: rate(this.#errors),
    }
  }
}
