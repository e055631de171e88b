import type { Output } from '../terminal.ts'
import { megabytes } from './plan-lines.ts'

const barWidth = 30
const lineEveryMs = 5000
const barEveryMs = 200

/** How far copying is: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #output: Output
  readonly #total: number
  readonly #startedMs = performance.now()
  #records = 0
  #bytes = 0
  #toldMs = 0

  constructor(output: Output, total: bigint) {
    this.#output = output
    this.#total = Number(total)
  }

  add(records: number, bytes: number): void {
    this.#records += records
    this.#bytes += bytes
    const everyMs = this.#output.isTTY ? barEveryMs : lineEveryMs
    const nowMs = performance.now()
    if (nowMs - this.#toldMs < everyMs) return
    this.#toldMs = nowMs
    this.#tell()
  }

  /** The last state, on a line of its own. */
  end(): void {
    if (this.#records === 0) return
    this.#tell()
    if (this.#output.isTTY) this.#output.write('\n')
    this.#records = 0
    this.#bytes = 0
  }

  #tell(): void {
    const seconds = (performance.now() - this.#startedMs) / 1000
    const rate = Math.round(this.#records / Math.max(seconds, 0.001))
    const said = `${this.#records} of about ${this.#total} records, ${megabytes(this.#bytes)}, ${rate}/s`
    if (!this.#output.isTTY) {
      this.#output.write(`copied ${said}\n`)
      return
    }
    const done = Math.min(1, this.#total === 0 ? 1 : this.#records / this.#total)
    const filled = Math.round(done * barWidth)
    const bar = '#'.repeat(filled).padEnd(barWidth, '.')
    this.#output.write(`\r[${bar}] ${said}\u001b[K`)
  }
}
