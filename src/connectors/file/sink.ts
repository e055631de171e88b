/** `FileStreamSinkConnector`: each record's value is a line of a file. */
import { type FileHandle, open } from 'node:fs/promises'
import {
  RetriableError,
  type SinkRecord,
  type SinkTask,
  sink,
  type TopicPosition,
} from '../../connect/kit/index.ts'

export const fileSink = sink({
  kind: 'sink',
  names: ['org.apache.kafka.connect.file.FileStreamSinkConnector'],
  version: '4.3.1',
  about: 'Writes each record as a line of a file.',
  options: {
    file: {
      type: 'string',
      default: null,
      about: 'The file, which is made where it is absent; without one, the output of leat.',
      importance: 'high',
    },
  },
  async open({ values: { file } }) {
    return file === undefined || file === '' ? new LineSink() : await FileSink.open(file)
  },
})

/** Lines that were put are on disk before their offsets are committed. */
class FileSink implements SinkTask {
  readonly #handle: FileHandle
  /** By `topic/partition`: what has been written, perhaps not yet to the disk. */
  readonly #positions = new Map<string, TopicPosition>()

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  static async open(file: string): Promise<FileSink> {
    return new FileSink(await open(file, 'a'))
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    try {
      await this.#handle.appendFile(linesOf(records))
    } catch (cause) {
      throw new RetriableError(`the file cannot be written: ${messageOf(cause)}`, { cause })
    }
    for (const { origin } of records) {
      const { topic, partition, offset } = origin
      this.#positions.set(`${topic}/${partition}`, { topic, partition, next: offset + 1n })
    }
  }

  async settled(): Promise<readonly TopicPosition[]> {
    const positions = [...this.#positions.values()]
    await this.#handle.datasync()
    return positions
  }

  async revoked(): Promise<void> {
    this.#positions.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}

class LineSink implements SinkTask {
  async put(records: readonly SinkRecord[]): Promise<void> {
    const lines = linesOf(records)
    await new Promise<void>((resolve) => process.stdout.write(lines, () => resolve()))
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function linesOf(records: readonly SinkRecord[]): string {
  return records.map(({ value }) => `${textOf(value)}\n`).join('')
}

/** Texts as they are, what else there is as JSON. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one)) ?? 'null'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
