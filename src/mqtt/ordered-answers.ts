interface Place {
  packet: Buffer | undefined
}

/**
 * Acknowledgements leave in the order of the messages they are for (MQTT 5, section 4.6), whichever
 * of them the log confirms first.
 */
export class OrderedAnswers {
  readonly #write: (packet: Buffer) => void
  readonly #places: Place[] = []

  constructor(write: (packet: Buffer) => void) {
    this.#write = write
  }

  /** How many messages are not answered yet. */
  get open(): number {
    return this.#places.length
  }

  /** The next place in the order; the answer is given later, by calling the result. */
  place(): (packet: Buffer) => void {
    const place: Place = { packet: undefined }
    this.#places.push(place)
    return (packet) => {
      place.packet = packet
      for (let first = this.#places[0]; first?.packet !== undefined; first = this.#places[0]) {
        this.#places.shift()
        this.#write(first.packet)
      }
    }
  }
}
