import { clientError } from './errors.ts'

const mostWaiting = 10_000

/** The bytes that a producer may hold. Who finds no room waits, in order, until others left. */
export class BufferRoom {
  readonly #limitBytes: number
  readonly #waiting: { bytes: number; enter: () => void; reject: (error: Error) => void }[] = []
  #usedBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Calls `enter` once there is room, at once if there is. */
  take(bytes: number, enter: () => void, reject: (error: Error) => void): void {
    if (bytes > this.#limitBytes) {
      reject(clientError('record-too-large', { bytes, limit: this.#limitBytes }))
    } else if (this.#waiting.length === 0 && this.#usedBytes + bytes <= this.#limitBytes) {
      this.#usedBytes += bytes
      enter()
    } else if (this.#waiting.length >= mostWaiting) {
      reject(clientError('buffer-full', { limit: mostWaiting }))
    } else this.#waiting.push({ bytes, enter, reject })
  }

  leave(bytes: number): void {
    this.#usedBytes -= bytes
    let entering = 0
    for (const next of this.#waiting) {
      if (this.#usedBytes + next.bytes > this.#limitBytes) break
      this.#usedBytes += next.bytes
      entering += 1
    }
    for (const { enter } of this.#waiting.splice(0, entering)) enter()
  }

  /** Whoever still waits gets the error instead. */
  refuse(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
