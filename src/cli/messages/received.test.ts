import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import type { Message } from '../../client/reader-and-writer.ts'
import { checkFolder, quoted, type Receiving, receiverOf } from './received.ts'

/** What is printed of these values, in this order. */
async function printed(
  values: readonly unknown[],
  receiving: Partial<Receiving> & { valueType: string },
): Promise<string> {
  const stdout = new PassThrough()
  const receive = receiverOf({
    ...{ stdout, isRaw: false, isJson: false, folder: undefined, random: seededRandom(1) },
    ...receiving,
  })
  for (const [index, value] of values.entries()) await receive(messageOf(value), index + 1)
  stdout.end()
  return Buffer.concat(await Array.fromAsync(stdout)).toString('latin1')
}

function messageOf(value: unknown): Message<unknown> {
  const message = { value, topic: 'plant/pump', timestampUs: 1_700_000_000_123_456, headers: [] }
  return message as unknown as Message<unknown>
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-read-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a text is printed below where it is from, and always ends its line', async () => {
  const expected = [
    '[#1] Received on "plant/pump"\na\n',
    '[#2] Received on "plant/pump"\nb\n',
    '[#3] Received on "plant/pump"\n\n',
  ]
  assert.equal(await printed(['a', 'b\n', ''], { valueType: 'text' }), expected.join(''))
})

test('bytes are printed as they are, and alone where they are asked for alone', async () => {
  const values = [Buffer.from([0xff, 0]), Buffer.from('b')]
  const bytes = await printed(values, { valueType: 'byte_array' })
  const line = (number: number) => `[#${number}] Received on "plant/pump"\n`
  assert.equal(bytes, `${line(1)}\xff\0${line(2)}b`)
  assert.equal(await printed(values, { valueType: 'byte_array', isRaw: true }), '\xff\0b')
})

test('values that are neither are printed as they stand in the message', async () => {
  const raw = { isRaw: true }
  assert.equal(await printed([{ celsius: 20 }], { valueType: 'json', ...raw }), '{"celsius":20}\n')
  const array = { dtype: '<u2', shape: [2], data: Uint16Array.of(1, 2) }
  assert.match(await printed([array], { valueType: 'ndarray', ...raw }), /^\x93NUMPY/)
})

test('as JSON a message is a line that can be produced again', async () => {
  const line = await printed(['a'], { valueType: 'text', isJson: true })
  const expected = { topic: 'plant/pump', timestamp: 1_700_000_000_123, key: null, value: 'a' }
  assert.deepEqual(JSON.parse(line), { ...expected, headers: {} })
})

test('kept messages are files with the topic, the run and the number in their names', async (t) => {
  const folder = folderOf(t)
  await printed(['a', 'b'], { valueType: 'text', folder })
  const files = readdirSync(folder).sort()
  assert.equal(files.length, 2)
  for (const [index, file] of files.entries()) {
    assert.match(file, new RegExp(`^plant%2Fpump-[a-zA-Z0-9]{16}-${index + 1}$`))
    assert.equal(readFileSync(join(folder, file), 'utf8'), ['a', 'b'][index])
  }
})

test('a folder that is not there, and a file that cannot be, are told', async (t) => {
  const folder = join(folderOf(t), 'gone')
  assert.throws(() => checkFolder(folder), /There is no folder .*gone; make it first/)
  await assert.rejects(
    printed(['a'], { valueType: 'text', folder }),
    /cannot be written \(ENOENT\)/,
  )
})

test('a topic is quoted as Python quotes it', () => {
  assert.equal(quoted("a/b c!'()*~_.-é"), 'a%2Fb%20c%21%27%28%29%2A~_.-%C3%A9')
})
