/** Avro for Java, which Confluent's registry is built on, as the judge of our schemas. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Random, seededRandom } from '../../src/base/random.ts'
import { avroFormat } from '../../src/formats/avro/index.ts'
import {
  changed,
  type SchemaJson,
  SchemaMaker,
} from '../../src/formats/avro/testing/random-schemas.ts'
import { javaCommand, peersHome, requirePeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const peer = 'avro-java-1.12.1'
const program = join(import.meta.dirname, '../helpers/java/AvroSchemas.java')
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const rounds = 400

test('the text of a schema is the one that Avro for Java prints, and both refuse the same schemas', async (t) => {
  if (requirePeer(t, peer) === undefined) return
  const texts = someSchemas(seededRandom(seed)).flat()
  const printed = await ask(texts.map((text) => [text]))
  for (const [index, text] of texts.entries()) {
    const theirs = printed[index] ?? ''
    const refused = theirs.startsWith('error ')
    const story = `SEED=${seed}\n${text}\n${theirs}`
    if (refused) assert.throws(() => avroFormat.parse(text), { name: 'LeatError' }, story)
    else assert.equal(canonical(text, story), theirs, story)
  }
})

test('compatibility has the verdicts, the places and the messages of Avro for Java', async (t) => {
  if (requirePeer(t, peer) === undefined) return
  const pairs = someSchemas(seededRandom(seed))
  const verdicts = await ask(pairs.map(([writer, reader]) => [reader, writer]))
  const kinds = new Set<string>()
  for (const [index, [writer, reader]] of pairs.entries()) {
    const theirs = verdicts[index] ?? ''
    if (theirs.startsWith('error ')) continue
    const story = `SEED=${seed}\nreader ${reader}\nwriter ${writer}`
    const ours = avroFormat.parse(reader).incompatibilities(avroFormat.parse(writer))
    assert.deepEqual(ours.map(inShort), theirs === '' ? [] : theirs.split('\n'), story)
    for (const line of theirs.split('\n')) kinds.add(line.split('|')[0] ?? '')
  }
  assert.ok(kinds.size >= 6, `only ${[...kinds]} came up, SEED=${seed}`)
})

function someSchemas(random: Random): (readonly [string, string])[] {
  return Array.from({ length: rounds }, () => {
    const schema = new SchemaMaker(random).schema()
    return [JSON.stringify(schema), JSON.stringify(changedTwice(random, schema))] as const
  })
}

function changedTwice(random: Random, schema: SchemaJson): SchemaJson {
  return changed(random, changed(random, schema))
}

function canonical(text: string, story: string): string {
  try {
    return avroFormat.parse(text).canonical
  } catch (error) {
    throw new Error(story, { cause: error })
  }
}

/** The kind, the path and the message of what our registry prints. */
function inShort(message: string): string {
  const [, kind, description, info] =
    /^\{errorType:'(\w+)', description:'(.*)', additionalInfo:'(.*)'\}$/s.exec(message) ?? []
  const [, path] = /\(?path '([^']*)'/.exec(description ?? '') ?? []
  return `${kind}|${path}|${info}`
}

async function ask(lines: readonly (readonly string[])[]): Promise<string[]> {
  const input = lines.map((texts) => texts.map(base64).join(' ')).join('\n')
  const classPath = join(peersHome, peer, 'libs', '*')
  const said = await outputOf([...javaCommand(classPath), program], {
    input: `${input}\n`,
    deadlineMs: 100_000,
  })
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'base64').toString())
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
