import { BadRecordError, DataError } from '../kit/index.ts'

/**
 * Puts all of a batch that can be put: one with a bad record is halved until that one is alone.
 * The order stays. What `put` throws besides is thrown.
 */
export async function putIsolated<Item>(
  batch: readonly Item[],
  put: (batch: readonly Item[]) => Promise<void>,
  onBad: (item: Item, error: Error) => Promise<void>,
): Promise<void> {
  const [only] = batch
  if (only === undefined) return
  try {
    await put(batch)
  } catch (error) {
    if (!(error instanceof BadRecordError || error instanceof DataError)) throw error
    if (batch.length === 1) return await onBad(only, error)
    const middle = batch.length >> 1
    await putIsolated(batch.slice(0, middle), put, onBad)
    await putIsolated(batch.slice(middle), put, onBad)
  }
}
