/** Shows readings as a Kafka consumer gets them: one moving line on a terminal, else a line each. */
import type { Clock } from '../../base/clock.ts'
import { type Output, printLine } from '../terminal.ts'

/** Rates are those of the readings of so long. */
const windowMs = 5_000

export class ReadingsView {
  readonly #output: Output
  readonly #clock: Clock
  readonly #latest = new Map<string, string>()
  #times: number[] = []

  constructor(output: Output, clock: Clock) {
    this.#output = output
    this.#clock = clock
  }

  /** `csv` is MACHINE,DEVICE,VALUE,TIME; `total` is how many records the topic has. */
  async show(topic: string, csv: string, total: bigint): Promise<void> {
    const [machine = '', device = '', value = ''] = csv.split(',')
    const metric = topic.slice(topic.lastIndexOf('-') + 1)
    if (!this.#output.isTTY) {
      await printLine(
        this.#output,
        `${device} ${metric} ${value}  ${machine} ${topic}@${total - 1n}`,
      )
      return
    }
    const now = this.#clock.now()
    this.#times = [...this.#times, now].filter((time) => time > now - windowMs)
    this.#latest.set(`${device} ${metric}`, value.padStart(6))
    const values = [...this.#latest]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map((pair) => pair.join(' '))
    const since = Math.max(1000, now - (this.#times[0] ?? now))
    const rate = ((this.#times.length * 1000) / since).toFixed(1)
    this.#output.write(`\r\x1b[K${values.join('  ')}  ${rate} readings/s`)
  }
}
