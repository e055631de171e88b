/** SINETStream's message format, with its own encoder and decoder: every combination of parameters, both ways. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom, systemRandom } from '../../src/base/random.ts'
import { MessageDecoder, MessageEncoder } from '../../src/formats/sinetstream/index.ts'
import { codingOf, type Parameters } from '../../src/formats/sinetstream/testing/vectors.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { program } from '../helpers/python.ts'

interface Question {
  readonly params: Parameters
  readonly message: string
  readonly timestampUs: number
  readonly value: string
  readonly seconds: number
}

interface Answer {
  readonly missing?: string
  readonly error?: string
  readonly value: string
  readonly timestamp_us: number
  readonly message: string
  readonly encoded_timestamp_us: number
}

test('SINETStream reads what is written here, and what it writes is read here, in every combination', {
  skip: withoutPeer('sinetstream'),
}, async (t) => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  const questions = everyCombination(random).map((params) => questionFor(params, random))
  assert.ok(questions.length > 2000)
  const answers = await answersTo(questions)

  for (const [at, { params, timestampUs, value }] of questions.entries()) {
    const { missing, error, ...told } = answers[at] as Answer
    const story = `${JSON.stringify(params)}, seed ${seed}`
    assert.equal(missing, undefined, 'a package is not there; run: npm run peers')
    assert.equal(error, undefined, story)
    const given = params.user_data_only ? 0 : timestampUs
    assert.deepEqual([told.value, told.timestamp_us], [value, given], `it reads: ${story}`)
    const heard = new MessageDecoder(codingOf(params)).decode(Buffer.from(told.message, 'hex'))
    const theirs = params.user_data_only ? 0 : told.encoded_timestamp_us
    const read = [heard.value.toString('hex'), heard.timestampUs]
    assert.deepEqual(read, [value, theirs], `it writes: ${story}`)
  }
  t.diagnostic(`${questions.length} combinations, seed ${seed}`)
})

function questionFor(params: Parameters, random: Random): Question {
  const value = random.bytes(between(random, 1, pick(random, [16, 100, 1000])))
  const timestampUs = pick(random, [0, 1, -1_500_000, 1_700_000_000_123_456])
  const { bytes } = new MessageEncoder(codingOf(params), systemRandom).encode(value, timestampUs)
  return {
    params,
    message: bytes.toString('hex'),
    timestampUs,
    value: value.toString('hex'),
    seconds: between(random, 1, 2_000_000_000) / 1000,
  }
}

/** One process answers all: it starts for longer than it answers. */
async function answersTo(questions: readonly Question[]): Promise<Answer[]> {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('')
  const command = [pythonOf('sinetstream'), program('sinetstream_format.py')]
  const said = await outputOf(command, { input, deadlineMs: 300_000 })
  const answers = said.trim().split('\n')
  assert.equal(answers.length, questions.length)
  return answers.map((line) => JSON.parse(line))
}

function everyCombination(random: Random): Parameters[] {
  const envelopes: Parameters[] = [
    { message_format: 2 },
    { message_format: 3 },
    { user_data_only: true },
  ]
  const compressions: Parameters[] = [
    {},
    ...['gzip', 'zstd', 'lz4'].map((algorithm) => ({
      data_compression: true,
      compression: { algorithm },
    })),
  ]
  const encryptions: Parameters[] = [
    {},
    ...everyCrypto(random).map((crypto) => ({ data_encryption: true, crypto })),
  ]
  return envelopes.flatMap((envelope) =>
    compressions.flatMap((compression) =>
      encryptions.map((encryption) => ({ ...envelope, ...compression, ...encryption })),
    ),
  )
}

type Crypto = NonNullable<Parameters['crypto']>

function everyCrypto(random: Random): Crypto[] {
  const modes = ['CBC', 'OFB', 'CTR', 'EAX', 'GCM', 'CFB', 'OPENPGP']
  return [128, 192, 256].flatMap((key_length) =>
    modes.flatMap((mode) =>
      (mode === 'CBC' ? ['pkcs7'] : ['pkcs7', 'none']).flatMap((padding) =>
        everySecret(key_length / 8, random).map(
          (secret): Crypto => ({ algorithm: 'AES', key_length, mode, padding, ...secret }),
        ),
      ),
    ),
  )
}

/** A password with each function, a key, and keys with versions. */
function everySecret(keyBytes: number, random: Random): Partial<Crypto>[] {
  const key = () => random.bytes(keyBytes).toString('hex')
  const passwords = ['HMAC-SHA256', 'HMAC-SHA384', 'HMAC-SHA512'].map((prf) => ({
    password: 'p\u00e4ssword',
    key_derivation: {
      algorithm: 'pbkdf2' as const,
      salt_bytes: pick(random, [0, 8, 16]),
      iteration: between(random, 1, 50),
      prf,
    },
  }))
  return [
    ...passwords,
    { key: key() },
    { _keys: { 1: key(), [between(random, 2, 0xffff)]: key() } },
  ]
}
