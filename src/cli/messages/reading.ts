import { InvalidMessageError, type Message, type Reader } from '../../client/reader-and-writer.ts'

export interface Reading<Value> {
  /** The message is done with when it has settled. */
  receive(message: Message<Value>): Promise<void>
  /** A message that cannot be read, or that `receive` failed with; it throws where that is the end. */
  passOver(error: unknown): void
  /** Asked after each message. */
  isEnough(): boolean
  readonly ended: AbortSignal
}

/**
 * Reads until there is enough, or until the end is wanted, or until the reader itself ends. What is
 * being received then is received to its end, so that it counts as done with and the rest does not.
 */
export async function readMessages<Value>(
  reader: Reader<Value>,
  { receive, passOver, isEnough, ended }: Reading<Value>,
): Promise<void> {
  let isReceiving = false
  const end = () => {
    // Whoever opened the reader closes it too, and hears of a failure there.
    if (!isReceiving) reader.close().catch(() => {})
  }
  const isOver = () => ended.aborted || isEnough()
  const readOn = async () => {
    for await (const message of reader) {
      isReceiving = true
      await receive(message).catch(passOver)
      message.done()
      isReceiving = false
      if (isOver()) return
    }
  }
  ended.addEventListener('abort', end, { once: true })
  for (let hasEnded = false; !hasEnded && !isOver(); ) {
    hasEnded = await readOn().then(
      () => true,
      (error: unknown) => {
        // Of other errors the next one would be the same.
        if (!(error instanceof InvalidMessageError)) throw error
        passOver(error)
        return false
      },
    )
  }
  ended.removeEventListener('abort', end)
}
