/** Messages that SINETStream 1.10.0 for Python wrote, whole and damaged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, seededRandom } from '../../base/random.ts'
import { MessageDecoder } from './decoder.ts'
import { MessageEncoder } from './encoder.ts'
import { InvalidArgumentError, InvalidMessageError } from './errors.ts'
import { bytesOf, codingOf, type Vector, vectors } from './testing/vectors.ts'

const packet = Buffer.from('df030000', 'hex')
const hasPacket = (vector: Vector) => bytesOf(vector).subarray(0, 4).equals(packet)
const isTagged = ({ params }: Vector) => /EAX|GCM/.test(params.crypto?.mode ?? '')

test('every message of SINETStream is read: its value, its time and its lengths', () => {
  assert.ok(vectors.length > 100)
  for (const vector of vectors) {
    const bytes = bytesOf(vector)
    const decoded = new MessageDecoder(codingOf(vector.params)).decode(bytes)
    assert.equal(decoded.value.toString('hex'), vector.value_hex, vector.name)
    assert.equal(decoded.timestampUs, vector.timestamp_us, vector.name)
    assert.equal(decoded.uncompressedBytes, decoded.value.length)
    assert.ok(decoded.compressedBytes <= bytes.length)
  }
})

test('what is neither compressed nor encrypted is written byte for byte as SINETStream does', () => {
  const plain = vectors.filter(({ params }) => !params.data_encryption && !params.data_compression)
  assert.ok(plain.length >= 10)
  for (const vector of plain) {
    const encoder = new MessageEncoder(codingOf(vector.params), seededRandom(1))
    const { bytes } = encoder.encode(Buffer.from(vector.value_hex, 'hex'), vector.timestamp_us)
    assert.equal(bytes.toString('hex'), vector.encoded_hex, vector.name)
  }
})

test('the chance of SINETStream given, what is encrypted is written byte for byte as it does', () => {
  const encrypted = vectors.filter(
    ({ params }) =>
      params.data_encryption && !params.data_compression && params.crypto?.mode !== 'OPENPGP',
  )
  assert.ok(encrypted.length >= 60)
  for (const vector of encrypted) {
    const coding = codingOf(vector.params)
    const random = randomOf(vector, coding.encryption?.saltBytes ?? 0)
    const encoder = new MessageEncoder(coding, random)
    const { bytes } = encoder.encode(Buffer.from(vector.value_hex, 'hex'), vector.timestamp_us)
    assert.equal(bytes.toString('hex'), vector.encoded_hex, vector.name)
  }
})

test('a reader of format 3 reads messages of format 2, a reader of format 2 none of format 3', () => {
  for (const vector of vectors) {
    const coding = codingOf(vector.params)
    const bytes = bytesOf(vector)
    if (coding.userDataOnly) continue
    if (hasPacket(vector)) {
      const decoder = new MessageDecoder({ ...coding, messageFormat: 2 })
      assert.throws(() => decoder.decode(bytes), InvalidMessageError, vector.name)
    } else {
      const decoder = new MessageDecoder({ ...coding, messageFormat: 3 })
      assert.equal(decoder.decode(bytes).value.toString('hex'), vector.value_hex, vector.name)
    }
  }
})

test('a message that was cut off anywhere is an InvalidMessageError', () => {
  for (const vector of vectors) {
    const coding = codingOf(vector.params)
    if (coding.userDataOnly) continue
    const decoder = new MessageDecoder(coding)
    const bytes = bytesOf(vector)
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length)
      assert.throws(() => decoder.decode(cut), InvalidMessageError, `${vector.name} at ${length}`)
    }
  }
})

test('a bit flipped anywhere is an InvalidMessageError at worst, or an unknown version of the key', () => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  for (const vector of vectors) {
    const decoder = new MessageDecoder(codingOf(vector.params))
    for (let time = 0; time < 5; time++) {
      const bytes = bytesOf(vector)
      const at = between(random, 0, bytes.length - 1)
      bytes.writeUInt8(bytes.readUInt8(at) ^ pick(random, [1, 2, 4, 8, 16, 32, 64, 128]), at)
      const isKeyVersion = hasPacket(vector) && (at === 4 || at === 5)
      try {
        decoder.decode(bytes)
      } catch (error) {
        const expected = isKeyVersion ? /^Invalid(Argument|Message)Error$/ : /^InvalidMessageError$/
        assert.match((error as Error).name, expected, `${vector.name} at ${at}, seed ${seed}`)
      }
    }
  }
})

test('with a tag, no byte behind the packet header can be changed', () => {
  const tagged = vectors.filter(isTagged)
  assert.ok(tagged.length >= 25)
  for (const vector of tagged) {
    const decoder = new MessageDecoder(codingOf(vector.params))
    const bytes = bytesOf(vector)
    for (let at = hasPacket(vector) ? 6 : 0; at < bytes.length; at++) {
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at)
      assert.throws(() => decoder.decode(bytes), InvalidMessageError, `${vector.name} at ${at}`)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at)
    }
    assert.equal(decoder.decode(bytes).value.toString('hex'), vector.value_hex)
  }
})

test('a wrong password is an InvalidMessageError in every mode', () => {
  const withPassword = vectors.filter(({ params }) => params.crypto?.password !== undefined)
  for (const vector of withPassword) {
    const params = { ...vector.params, crypto: { ...vector.params.crypto!, password: 'wrong-one' } }
    const decoder = new MessageDecoder(codingOf(params))
    assert.throws(
      () => decoder.decode(bytesOf(vector)),
      (error: Error) => {
        return error instanceof InvalidMessageError && !error.message.includes('wrong-one')
      },
    )
  }
})

test('a version of the key that the reader lacks is an InvalidArgumentError', () => {
  const vector = vectors.find(({ params }) => params.crypto?._keys?.['7'] !== undefined)!
  const { 1: first = '' } = vector.params.crypto?._keys ?? {}
  const params = { ...vector.params, crypto: { ...vector.params.crypto!, _keys: { 1: first } } }
  const decoder = new MessageDecoder(codingOf(params))
  assert.throws(
    () => decoder.decode(bytesOf(vector)),
    (error: Error) => {
      return error instanceof InvalidArgumentError && /version 7 .* not found/.test(error.message)
    },
  )
})

/** The salt and the iv that a vector has. */
function randomOf(vector: Vector, saltBytes: number) {
  const start = hasPacket(vector) ? 6 : 0
  const salt = bytesOf(vector).subarray(start, start + saltBytes)
  const iv = bytesOf(vector).subarray(start + saltBytes, start + saltBytes + 16)
  const answers = [salt]
  return {
    next: () => 0,
    bytes: (length: number) => answers.shift() ?? Buffer.alloc(length, iv),
  }
}
