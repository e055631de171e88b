import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, seededRandom, systemRandom } from '../../base/random.ts'
import type { CipherMode, Coding, EncryptionCoding } from './coding.ts'
import { MessageDecoder } from './decoder.ts'
import { MessageEncoder } from './encoder.ts'
import { InvalidArgumentError, InvalidMessageError } from './errors.ts'

const plain: Coding = {
  messageFormat: 3,
  userDataOnly: false,
  compression: undefined,
  encryption: undefined,
}
const encryption: EncryptionCoding = {
  keyBits: 256,
  mode: 'GCM',
  padding: 'none',
  secret: { keys: new Map([[1, Buffer.alloc(32, 1)]]) },
  saltBytes: 8,
}
const encrypted: Coding = { ...plain, encryption }
const abc = Buffer.from('abc')
const modes: CipherMode[] = ['CBC', 'OFB', 'CTR', 'EAX', 'GCM', 'CFB', 'OPENPGP']

function there(coding: Coding) {
  return new MessageEncoder(coding, systemRandom)
}

function throughout(coding: Coding, value: Uint8Array, timestampUs: number) {
  return new MessageDecoder(coding).decode(there(coding).encode(value, timestampUs).bytes)
}

test('what any coding writes, the same coding reads', () => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  for (let time = 0; time < 400; time++) {
    const coding = anyCoding(random)
    const value = random.bytes(between(random, 0, pick(random, [1, 20, 300, 20_000])))
    const timestampUs = pick(random, [0, -1, 1, 63, 64, -64, -65, 1.7e15, Number.MAX_SAFE_INTEGER])
    const decoded = throughout(coding, value, timestampUs)
    const story = `seed ${seed}, time ${time}: ${coding.encryption?.mode}`
    assert.ok(decoded.value.equals(value), story)
    assert.equal(decoded.timestampUs, coding.userDataOnly ? 0 : timestampUs, story)
  }
})

test('a message tells the lengths of its value before and after compression', () => {
  const value = Buffer.alloc(10_000, 'leat')
  const coding: Coding = { ...encrypted, compression: { algorithm: 'zstd', level: 3, args: {} } }
  const told = there(coding).encode(value, 0)
  assert.equal(told.uncompressedBytes, 10_000)
  assert.ok(told.compressedBytes < 100)
  const { value: _, ...heard } = new MessageDecoder(coding).decode(told.bytes)
  const { uncompressedBytes, compressedBytes } = told
  assert.deepEqual(heard, { timestampUs: 0, uncompressedBytes, compressedBytes })
})

test('a writer has one salt for all of its messages and an iv for each', () => {
  for (const mode of modes) {
    const encoder = there({
      ...plain,
      userDataOnly: true,
      encryption: { ...encryption, mode, padding: 'pkcs7' },
    })
    const messages = Array.from({ length: 600 }, () => encoder.encode(abc, 0).bytes)
    const salts = new Set(messages.map((bytes) => bytes.toString('hex', 0, 8)))
    const ivs = new Set(messages.map((bytes) => bytes.toString('hex', 8, 24)))
    assert.deepEqual([mode, salts.size, ivs.size], [mode, 1, 600])
  }
})

test('a writer encrypts with the greatest version of the key and tells it', () => {
  const keys = new Map([2, 300, 7].map((version) => [version, Buffer.alloc(32, version)]))
  const coding: Coding = { ...plain, encryption: { ...encryption, secret: { keys } } }
  const { bytes } = there(coding).encode(abc, 0)
  assert.equal(bytes.readUInt16BE(4), 300)
  assert.ok(new MessageDecoder(coding).decode(bytes).value.equals(abc))
})

test('a timestamp that is no safe integer is an InvalidArgumentError of the writer', () => {
  for (const timestampUs of [0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => there(plain).encode(abc, timestampUs), InvalidArgumentError)
  }
})

test('a timestamp beyond 2^53 is an InvalidMessageError of the reader', () => {
  const start = 'df0300000000c3011f9c0c91eb33664f'
  const beyond = ['8080808080808020', 'feffffffffffffffff01', 'ffffffffffffffffff01']
  for (const varint of [...beyond, 'ffffffffffffffffffff01', '80808080808080808080']) {
    const bytes = Buffer.from(`${start}${varint}00`, 'hex')
    assert.throws(() => new MessageDecoder(plain).decode(bytes), InvalidMessageError, varint)
  }
  const last = Buffer.from(`${start}feffffffffffff1f00`, 'hex')
  assert.equal(new MessageDecoder(plain).decode(last).timestampUs, Number.MAX_SAFE_INTEGER)
})

test('bytes behind the value go unheeded, a negative length does not', () => {
  const { bytes } = there(plain).encode(abc, 5)
  const longer = Buffer.concat([bytes, Buffer.from('more')])
  assert.ok(new MessageDecoder(plain).decode(longer).value.equals(abc))
  const negative = Buffer.from('df0300000000c3011f9c0c91eb33664f0001', 'hex')
  assert.throws(() => new MessageDecoder(plain).decode(negative), InvalidMessageError)
})

test('encrypted or not, writer and reader must agree', () => {
  const { bytes: secret } = there(encrypted).encode(abc, 0)
  const { bytes: open } = there(plain).encode(abc, 0)
  assert.throws(() => new MessageDecoder(plain).decode(secret), /encrypted \(key version 1\)/)
  assert.throws(() => new MessageDecoder(encrypted).decode(open), /not encrypted/)
})

test('CBC without padding refuses a message that is no whole blocks', () => {
  const coding: Coding = {
    ...plain,
    userDataOnly: true,
    encryption: { ...encryption, mode: 'CBC' },
  }
  assert.throws(() => there(coding).encode(abc, 0), InvalidArgumentError)
  const block = Buffer.alloc(16, 'b')
  assert.ok(throughout(coding, block, 0).value.equals(block))
})

test('keys without a version, with an impossible one or of another length are InvalidArgumentErrors', () => {
  const key = Buffer.alloc(32)
  const wrong = [[], [[0, key]], [[65_536, key]], [[1.5, key]], [[1, Buffer.alloc(16)]]]
  for (const entries of wrong as [number, Buffer][][]) {
    const secret = { keys: new Map(entries) }
    const coding: Coding = { ...plain, encryption: { ...encryption, secret } }
    assert.throws(() => there(coding), InvalidArgumentError)
    assert.throws(() => new MessageDecoder(coding), InvalidArgumentError)
  }
})

test('a password of which SINETStream derives no key is an InvalidArgumentError without the password', () => {
  const secret = {
    password: '秘密の言葉',
    derivation: { iterations: 1, hash: 'sha256' },
  } as const
  const coding: Coding = { ...plain, encryption: { ...encryption, secret } }
  assert.throws(
    () => there(coding),
    (error: Error) => error instanceof InvalidArgumentError && !error.message.includes('秘密'),
  )
})

test('user data alone without any coding is the value itself', () => {
  const coding: Coding = { ...plain, userDataOnly: true }
  assert.equal(there(coding).encode(abc, 7).bytes, abc)
  assert.deepEqual(there(coding).encode(new Uint8Array([1, 2]), 7).bytes, Buffer.from([1, 2]))
})

function anyCoding(random: ReturnType<typeof seededRandom>): Coding {
  const keyBits = pick(random, [128, 192, 256] as const)
  const mode = pick(random, modes)
  const algorithm = pick(random, ['gzip', 'zstd', 'lz4', undefined] as const)
  const derivation = {
    iterations: between(random, 1, 20),
    hash: pick(random, ['sha256', 'sha384', 'sha512'] as const),
  }
  const keys = new Map([[between(random, 1, 0xffff), random.bytes(keyBits / 8)]])
  return {
    messageFormat: pick(random, [2, 3] as const),
    userDataOnly: random.next() < 0.3,
    compression: algorithm && { algorithm, level: pick(random, [undefined, 1, 9]), args: {} },
    encryption:
      random.next() < 0.2
        ? undefined
        : {
            keyBits,
            mode,
            padding: mode === 'CBC' ? 'pkcs7' : pick(random, ['none', 'pkcs7'] as const),
            secret: random.next() < 0.5 ? { password: 'pässword', derivation } : { keys },
            saltBytes: pick(random, [0, 8, 16]),
          },
  }
}
