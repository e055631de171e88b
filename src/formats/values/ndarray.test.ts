import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import { InvalidMessageError } from '../sinetstream/errors.ts'
import { type Ndarray, ndarray } from './ndarray.ts'

/** An array that NumPy 2.4 saved; the values in the order of the file. */
interface Saved {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly fortran: boolean
  readonly values: readonly string[]
  readonly npy_hex: string
}

const fixtures = join(import.meta.dirname, '../../../test/fixtures/sinetstream')
const saved: readonly Saved[] = JSON.parse(readFileSync(join(fixtures, 'npy.json'), 'utf8'))
const oneToThree = { dtype: '<i4', shape: [3], data: Int32Array.of(1, 2, 3) }

test('what NumPy saved is read: every dtype, both byte orders, both orders of indices', () => {
  assert.ok(saved.length > 25)
  for (const { name, dtype, shape, fortran, values, npy_hex } of saved) {
    const { data, ...rest } = ndarray.decode(Buffer.from(npy_hex, 'hex'))
    assert.deepEqual(rest, { dtype, shape, fortranOrder: fortran }, name)
    const expected = values.map((value) => (value === 'inf' ? Number.POSITIVE_INFINITY : value))
    const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array
    const numbers = expected.map((value) => (isBig ? BigInt(value) : Number(value)))
    assert.deepEqual([...data], numbers, name)
  }
})

test('what is written is what NumPy saves, byte for byte', () => {
  for (const { name, npy_hex } of saved.filter(({ name }) => !name.startsWith('version'))) {
    const array = ndarray.decode(Buffer.from(npy_hex, 'hex'))
    assert.equal(Buffer.from(ndarray.encode(array)).toString('hex'), npy_hex, name)
  }
})

test('the byte order of the message leaves the data of the program alone', () => {
  const data = Int32Array.of(1, 2, 3)
  const bytes = Buffer.from(ndarray.encode({ dtype: '>i4', shape: [3], data }))
  assert.equal(bytes.subarray(-12).toString('hex'), '000000010000000200000003')
  assert.deepEqual([...data], [1, 2, 3])
  assert.deepEqual([...ndarray.decode(bytes).data], [1, 2, 3])
})

test('a message is read at any place of its buffer', () => {
  const bytes = ndarray.encode(oneToThree)
  const odd = Buffer.concat([Buffer.alloc(1), bytes]).subarray(1)
  assert.deepEqual([...ndarray.decode(odd).data], [1, 2, 3])
})

test('objects and structures are refused: there are no pickles here', () => {
  for (const descr of ["'|O'", "[('a', '<i4')]", "'<U3'", "'<c8'", "'<M8[ns]'", "'|i4'"]) {
    const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }`.padEnd(117)
    const start = Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1')
    const bytes = Buffer.concat([start, Buffer.from(`${header}\n`), Buffer.alloc(16)])
    assert.throws(() => ndarray.decode(bytes), InvalidMessageError, descr)
  }
})

test('a value that is no consistent array is refused', () => {
  const wrong = [
    undefined,
    [1, 2, 3],
    { ...oneToThree, data: [1, 2, 3] },
    { ...oneToThree, dtype: '<f4' },
    { ...oneToThree, dtype: '|O' },
    { ...oneToThree, shape: [2] },
    { ...oneToThree, shape: [-1, -3] },
    { ...oneToThree, shape: [1.5, 2] },
    { ...oneToThree, shape: [...Array(64).fill(1), 3] },
  ]
  for (const value of wrong) {
    assert.throws(() => ndarray.encode(value as Ndarray), InvalidMessageError)
  }
})

test('as many dimensions as NumPy has are written and read', () => {
  const array = { ...oneToThree, shape: [...Array(63).fill(1), 3] }
  assert.deepEqual(ndarray.decode(Buffer.from(ndarray.encode(array))).shape, array.shape)
})

test('cut off or damaged, an array is an InvalidMessageError or another array', () => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  const bytes = Buffer.from(ndarray.encode(oneToThree))
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => ndarray.decode(bytes.subarray(0, length)), InvalidMessageError)
  }
  for (let time = 0; time < 3000; time++) {
    const damaged = Buffer.from(bytes)
    damaged[between(random, 0, 80)] = between(random, 0, 255)
    try {
      ndarray.decode(damaged)
    } catch (error) {
      assert.ok(error instanceof InvalidMessageError, `seed ${seed}: ${error}`)
    }
  }
})
