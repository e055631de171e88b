/** `FileStreamSourceConnector`: each line of a file is a record, also those that are added later. */
import { type FileHandle, open } from 'node:fs/promises'
import { pause } from '../../base/clock.ts'
import {
  type OffsetJson,
  type SourceContext,
  type SourceRecord,
  type SourceTask,
  source,
  type ValuesOf,
} from '../../connect/kit/index.ts'
import { LineSplitter } from './lines.ts'

const options = {
  file: {
    type: 'string',
    default: null,
    about: 'The file; it may come later, and lines may be added to it.',
    importance: 'high',
  },
  topic: {
    type: 'string',
    about: 'The topic that gets a record for each line.',
    importance: 'high',
    check: (topic: string) => (topic === '' ? 'String must be non-empty' : undefined),
  },
  'batch.size': {
    type: 'int',
    default: '2000',
    least: 1,
    about: 'How many lines are read at once at most.',
    importance: 'low',
  },
} as const

export const fileSource = source({
  kind: 'source',
  names: ['org.apache.kafka.connect.file.FileStreamSourceConnector'],
  version: '4.3.1',
  about: 'Writes each line of a file to a topic.',
  options,
  check: ({ file }) =>
    file === undefined || file === ''
      ? { file: ["leat reads no standard input here; name a file, or pipe into 'leat produce'."] }
      : {},
  plan: async () => [{}],
  wrongOffset,
  open: async (context) => new FileSource(context),
})

/** In Kafka's words. */
function wrongOffset(offset: OffsetJson, partition: OffsetJson): string | undefined {
  const { position } = offset
  if (position === undefined) {
    return "Offset objects should either be null or contain the key 'position'"
  }
  if (!Number.isSafeInteger(position)) {
    return "The value for the 'position' key in the offset is expected to be a Long value"
  }
  if (Number(position) < 0) {
    return "The value for the 'position' key in the offset should be a non-negative value"
  }
  return partition.filename === undefined
    ? "Partition objects should contain the key 'filename'"
    : undefined
}

/** How long a file without news is left alone, and how much of one is read at once. */
const pauseMs = 250
const pieceBytes = 256 * 1024

class FileSource implements SourceTask {
  readonly #context: SourceContext<ValuesOf<typeof options>>
  readonly #file: string
  readonly #piece = Buffer.allocUnsafe(pieceBytes)
  #reading: { readonly handle: FileHandle; readonly lines: LineSplitter } | undefined

  constructor(context: SourceContext<ValuesOf<typeof options>>) {
    this.#context = context
    this.#file = context.values.file ?? ''
  }

  async poll(): Promise<readonly SourceRecord[]> {
    const { values, clock, signal } = this.#context
    this.#reading ??= await this.#open()
    if (this.#reading === undefined) {
      await pause(pauseMs, { clock, signal })
      return []
    }
    const { handle, lines } = this.#reading
    if (!lines.hasLine) {
      const { bytesRead } = await handle.read(this.#piece, 0, pieceBytes, lines.readTo)
      if (bytesRead === 0) {
        await pause(pauseMs, { clock, signal })
        return []
      }
      lines.push(this.#piece.subarray(0, bytesRead))
    }
    const now = clock.now()
    return lines.take(values['batch.size']).map(({ text, end }) => ({
      sourcePartition: { filename: this.#file },
      sourceOffset: { position: end },
      topic: values.topic,
      partition: undefined,
      key: null,
      keySchema: null,
      value: text,
      valueSchema: { type: 'string', optional: false },
      headers: [],
      timestamp: now,
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reading?.handle.close()
  }

  /** Undefined while there is no such file. */
  async #open() {
    const { offsets, logger } = this.#context
    try {
      const handle = await open(this.#file, 'r')
      const [stored] = await offsets([{ filename: this.#file }])
      return { handle, lines: new LineSplitter(Number(stored?.position ?? 0)) }
    } catch (error) {
      if (Object(error).code !== 'ENOENT') throw error
      logger.debug('The file is not there yet', { file: this.#file })
      return undefined
    }
  }
}
