/**
 * Buffers that are used again. A fetched megabyte in fresh memory costs the kernel a page fault
 * for each of its 256 pages, which measured a third of a consumer's throughput.
 */
export class BufferPool {
  readonly #sizeBytes: number
  readonly #most: number
  readonly #free: Buffer[] = []

  constructor(sizeBytes: number, most: number) {
    this.#sizeBytes = sizeBytes
    this.#most = most
  }

  /** A buffer of at least `bytes`; its content is undefined. Small and huge ones are not pooled. */
  take(bytes: number): Buffer {
    if (bytes > this.#sizeBytes || bytes < this.#sizeBytes / 16) return Buffer.allocUnsafe(bytes)
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#sizeBytes)
  }

  /** Takes a buffer back once nobody refers to its bytes. */
  give(buffer: Buffer): void {
    if (buffer.length === this.#sizeBytes && this.#free.length < this.#most) this.#free.push(buffer)
  }
}
