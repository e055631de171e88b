import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Clock } from '../../../base/clock.ts'
import type { ConnectSchema, SinkRecord, SinkTask } from '../../../connect/kit/index.ts'
import { taskContext, textRecords } from '../../../connect/testing/index.ts'
import { s3Sink } from '../sink.ts'

/** A directory as a lake, gone with its test. */
export class TestLake {
  readonly folder: string

  constructor(t: TestContext) {
    this.folder = mkdtempSync(join(tmpdir(), 'leat-lake-'))
    t.after(() => rmSync(this.folder, { recursive: true }))
  }

  get config(): Readonly<Record<string, string>> {
    return {
      'store.url': pathToFileURL(this.folder).href,
      'format.class': 'io.confluent.connect.s3.format.json.JsonFormat',
      'flush.size': '3',
    }
  }

  async open(
    t: TestContext,
    more: Readonly<Record<string, string>> = {},
    clock?: Clock,
  ): Promise<SinkTask> {
    const { signal } = new AbortController()
    const context = taskContext(s3Sink as never, { ...this.config, ...more }, signal)
    const task = await s3Sink.open({ ...context, ...(clock && { clock }) } as never)
    t.after(() => task[Symbol.asyncDispose]())
    return task
  }

  /** The names of all objects, in order, without those that are no data. */
  get names(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(this.folder, name)).isFile())
      .filter((name) => !name.includes('_leat') && !name.includes('.leat-parts'))
      .sort()
  }

  /** The records of commits that are still kept. */
  get commits(): string[] {
    const all = readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
    return all.filter((name) => name.includes('_leat') && name.endsWith('.json')).sort()
  }

  async bytes(name: string): Promise<Buffer> {
    return await readFile(join(this.folder, name))
  }

  /** Of all files, in the order of their names. */
  async lines(): Promise<string[]> {
    const texts = await Promise.all(this.names.map(async (name) => `${await this.bytes(name)}`))
    return texts.flatMap((text) => text.split('\n').slice(0, -1))
  }
}

/** Records with the same schema and these values, in order from an offset. */
export function valueRecords(
  schema: ConnectSchema | null,
  values: readonly unknown[],
  from = 0n,
): SinkRecord[] {
  const plain = textRecords(
    'readings',
    values.map((_, index) => `${index}`),
    from,
  )
  return plain.map((record, index) => ({
    ...record,
    valueSchema: schema,
    value: values[index],
  }))
}
