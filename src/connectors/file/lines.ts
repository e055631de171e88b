/** A line of a file, and the position behind its end. */
export interface Line {
  readonly text: string
  readonly end: number
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
/** A file without line ends must not fill the memory. */
const mostLineBytes = 16 * 1024 * 1024

/** Cuts bytes into lines that end with LF or CRLF; what has no end yet waits for it. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0)
  /** Of the first byte of the rest, in the file. */
  #position: number
  #lines: Line[] = []

  constructor(position: number) {
    this.#position = position
  }

  get hasLine(): boolean {
    return this.#lines.length > 0
  }

  /** Where the next piece begins. */
  get readTo(): number {
    return this.#position + this.#rest.length
  }

  push(piece: Uint8Array): void {
    const bytes = Buffer.concat([this.#rest, piece])
    let start = 0
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, start)) {
      const end = at > start && bytes[at - 1] === carriageReturn ? at - 1 : at
      const text = bytes.toString('utf8', start, end)
      start = at + 1
      this.#lines.push({ text, end: this.#position + start })
    }
    this.#rest = Buffer.from(bytes.subarray(start))
    this.#position += start
    if (this.#rest.length > mostLineBytes) {
      throw new Error(
        `the line at position ${this.#position} has more than ${mostLineBytes} bytes; split it`,
      )
    }
  }

  /** The next lines, so many at most. */
  take(most: number): Line[] {
    return this.#lines.splice(0, most)
  }
}
