export interface Publishing {
  publish(bytes: Buffer): Promise<unknown>
  /** Called in the order of the messages, one at a time. */
  answered(answer: unknown): Promise<void>
  /** A message that failed; it throws what is to end the whole. */
  failed(error: unknown): void
}

/** So many messages may wait for their acknowledgement; reading goes on when all of them have it. */
const mostOnTheWay = 1000

/**
 * Publishes messages as they come, without waiting for each other's acknowledgement. Aborts `ending`
 * when one ends the whole, so that nobody waits for another line of stdin first.
 */
export async function publishAll(
  messages: AsyncIterable<Buffer>,
  { publish, answered, failed }: Publishing,
  ending: AbortController,
): Promise<void> {
  let onTheWay = 0
  let settled = Promise.resolve()
  const settle = async (before: Promise<void>, publishing: Promise<unknown>) => {
    await before
    try {
      await answered(await publishing)
    } catch (error) {
      failed(error)
    }
    onTheWay -= 1
  }
  for await (const bytes of messages) {
    const publishing = publish(bytes)
    // It is awaited in its turn; until then its failure is not one that nobody looks at.
    publishing.catch(() => {})
    onTheWay += 1
    settled = settle(settled, publishing)
    settled.catch(() => ending.abort())
    if (onTheWay >= mostOnTheWay) await settled
  }
  await settled
}
