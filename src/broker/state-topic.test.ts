import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { systemFiles } from '../base/files.ts'
import { silentLogger } from '../base/logger.ts'
import { systemRandom } from '../base/random.ts'
import { Log } from '../log/index.ts'
import { type Entry, StateTopic, type TopicState } from './state-topic.ts'

const identity = { topic: 'state', topicId: 'AAAAAAAAAAAAAAAAAAAAAg', partition: 0 }

class Numbers implements TopicState {
  readonly values = new Map<string, string>()

  apply(key: Buffer, value: Buffer | null): void {
    if (value === null) this.values.delete(String(key))
    else this.values.set(String(key), String(value))
  }

  *live(): Iterable<Entry> {
    for (const [key, value] of this.values) yield entry(key, value)
  }
}

function entry(key: string, value: string | null): Entry {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }
}

async function openLog(directory: string): Promise<Log> {
  return await Log.open({
    directory,
    durability: 'os',
    files: systemFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  })
}

test('a state topic stays small however often its entries change, and reads back as it was', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-state-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const log = await openLog(directory)
  const partition = await log.createPartition(identity, { segmentBytes: 256 * 1024 })
  const numbers = new Numbers()
  const topic = StateTopic.open(partition, numbers, systemClock)
  const padding = 'x'.repeat(1000)
  const puts: Promise<void>[] = []
  for (let round = 0; round < 40; round++) {
    // Not awaited one by one: a rewrite must carry what is still on its way as well.
    for (let key = 0; key < 500; key++)
      puts.push(topic.put([entry(`k${key}`, `${round}${padding}`)]))
    await Promise.all(puts.splice(0))
  }
  await topic.put([entry('k0', null), entry('last', 'one')])
  assert.ok(partition.startOffset > 0n, 'nothing was deleted')
  assert.ok(partition.sizeBytes < 12 * 1024 * 1024, `${partition.sizeBytes} bytes are left`)
  const before = new Map(numbers.values)
  await log.close()
  const again = await openLog(directory)
  const readBack = new Numbers()
  const reopened = again.partition(identity.topicId, 0)
  assert.ok(reopened)
  StateTopic.open(reopened, readBack, systemClock)
  await again.close()
  assert.deepEqual(readBack.values, before)
  assert.equal(readBack.values.get('last'), 'one')
  assert.equal(readBack.values.has('k0'), false)
})
