/** Where sources go on reading: the topic `connect-offsets`, in Kafka Connect's own records. */
import type { OffsetJson } from '../kit/index.ts'
import { asObject, objectIn } from './json.ts'
import { StateLog, type StateLogOptions, type StateRecord } from './state-log.ts'

export interface StoredOffset {
  readonly partition: OffsetJson
  /** null to forget it. */
  readonly offset: OffsetJson | null
}

interface Entry extends StoredOffset {
  /** As it was first written: the same bytes go to the same partition, and compaction finds them. */
  readonly key: string
  readonly at: number
}

export type OffsetStoreOptions = Omit<StateLogOptions, 'onRecord' | 'partitions'>

const partitions = 25

export class OffsetStore implements AsyncDisposable {
  /** By connector, then by the source partition in one spelling. */
  readonly #entries = new Map<string, Map<string, Entry>>()
  #log: StateLog | undefined

  private constructor() {}

  static async open(options: OffsetStoreOptions, signal: AbortSignal): Promise<OffsetStore> {
    const store = new OffsetStore()
    const onRecord = (record: StateRecord) => store.#apply(record)
    store.#log = await StateLog.open({ ...options, partitions, onRecord }, signal)
    return store
  }

  /** Everything that is stored of a connector. */
  all(connector: string): StoredOffset[] {
    return [...(this.#entries.get(connector)?.values() ?? [])]
      .filter(({ offset }) => offset !== null)
      .map(({ partition, offset }) => ({ partition, offset }))
  }

  get(connector: string, partition: OffsetJson): OffsetJson | undefined {
    return this.#entries.get(connector)?.get(spelling(partition))?.offset ?? undefined
  }

  /** Resolves when all of them are as durable as the log promises; they are read a little later. */
  async put(connector: string, offsets: readonly StoredOffset[]): Promise<void> {
    await Promise.all(
      offsets.map(async ({ partition, offset }) => {
        const known = this.#entries.get(connector)?.get(spelling(partition))
        const key = known?.key ?? JSON.stringify([connector, partition])
        await this.#log?.write(key, offset, known?.at)
      }),
    )
  }

  /** What other workers have written before this call is there when it resolves. */
  async readToEnd(): Promise<void> {
    await this.#log?.readToEnd()
  }

  async close(): Promise<void> {
    await this.#log?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #apply({ key, value, partition: at }: StateRecord): void {
    const read = parseKey(key)
    if (read === undefined) return
    const [connector, partition] = read
    const offset = (objectIn(value) as OffsetJson | undefined) ?? null
    const entries = this.#entries.get(connector) ?? new Map<string, Entry>()
    this.#entries.set(connector, entries.set(spelling(partition), { partition, offset, key, at }))
  }
}

function parseKey(key: string): [string, OffsetJson] | undefined {
  try {
    const read: unknown = JSON.parse(key)
    if (!Array.isArray(read) || typeof read[0] !== 'string') return undefined
    const partition = asObject(read[1])
    return partition === undefined ? undefined : [read[0], partition as OffsetJson]
  } catch {
    // A key of another program is none of ours.
    return undefined
  }
}

/** Equal objects have one spelling, in whichever order their keys stand. */
function spelling(partition: OffsetJson): string {
  return JSON.stringify(Object.entries(partition).sort(([one], [other]) => (one < other ? -1 : 1)))
}
