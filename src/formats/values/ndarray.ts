import { valueError } from './failures.ts'
import { mostDimensions, type NpyHeader, readNpyHeader, writeNpyHeader } from './npy-header.ts'
import { kindOf, type ValueType } from './value-type.ts'

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float16Array
  | Float32Array
  | Float64Array

/** An array of numbers with any number of dimensions; NumPy's `ndarray`. */
export interface Ndarray {
  /**
   * NumPy's name of the elements, such as `<f8`, `>i2`, `|u1`, `|b1`: the byte order that they have
   * in the message, then kind and bytes. `data` has the machine's own order in any case.
   */
  readonly dtype: string
  readonly shape: readonly number[]
  /** As the dtype says: bytes of 0 and 1 for `b1`, `BigInt64Array` for `i8`, `Float16Array` for `f2`. */
  readonly data: TypedArray
  /** Whether the first index goes fastest in `data`, as in Fortran; otherwise the last one does. */
  readonly fortranOrder?: boolean
}

const elements = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f2: Float16Array,
  f4: Float32Array,
  f8: Float64Array,
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** An NPY file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), without pickles. */
export const ndarray: ValueType<Ndarray> = {
  name: 'ndarray',
  encode(value) {
    const wrong = whatIsWrong(value)
    if (wrong !== undefined) {
      const expected = 'an Ndarray { dtype, shape, data }'
      throw valueError('value-wrong', { type: 'ndarray', given: wrong, expected })
    }
    const { dtype, shape, data, fortranOrder = false } = value
    const header = writeNpyHeader({ dtype, shape, fortranOrder })
    const bytes = Buffer.allocUnsafe(header.length + data.byteLength)
    bytes.set(header)
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length)
    swapWhereForeign(bytes.subarray(header.length), dtype)
    return bytes
  },
  /** The data is a copy: arrays of numbers must begin at a multiple of their element's length. */
  decode(bytes) {
    const { header, dataAt } = readNpyHeader(bytes) ?? refuse('it is no NPY file')
    const Elements =
      elementsOf(header.dtype) ?? refuse(`its dtype is ${header.dtype}, not of numbers`)
    const stored = bytes.subarray(dataAt)
    const length = countOf(header.shape)
    if (stored.length !== length * Elements.BYTES_PER_ELEMENT) {
      refuse(`it has ${stored.length} bytes of data, which is not what its shape says`)
    }
    const copy = new Uint8Array(stored)
    swapWhereForeign(copy, header.dtype)
    return { ...header, data: new Elements(copy.buffer, 0, length) }
  },
}

function refuse(why: string): never {
  throw valueError('value-unreadable', { type: 'ndarray', why })
}

/** In words; undefined if nothing is. */
function whatIsWrong(value: Partial<Ndarray> | undefined | null): string | undefined {
  if (value?.data === undefined || !Array.isArray(value.shape)) return kindOf(value)
  const Elements = elementsOf(value.dtype)
  if (Elements === undefined) return `one of the dtype '${value.dtype}'`
  const { data, shape } = value
  if (!(data instanceof Elements)) return `${kindOf(data)} as the data of ${value.dtype}`
  if (shape.length > mostDimensions) return `one of ${shape.length} dimensions`
  const isShape = shape.every((count) => Number.isSafeInteger(count) && count >= 0)
  if (isShape && countOf(shape) === data.length) return undefined
  return `${data.length} elements in the shape (${shape.join(', ')})`
}

function elementsOf(dtype: unknown) {
  const { order = '', name = '' } = partsOf(dtype)
  const isNamed = Object.hasOwn(elements, name)
  if (!isNamed || (order === '|' && !name.endsWith('1'))) return undefined
  return elements[name as keyof typeof elements]
}

function partsOf(dtype: unknown) {
  return /^(?<order>[<>|=])(?<name>[a-z]\d)$/.exec(String(dtype))?.groups ?? {}
}

function countOf(shape: NpyHeader['shape']): number {
  return shape.reduce((product, count) => product * count, 1)
}

/** Turns the elements round if their order is not the machine's. */
function swapWhereForeign(bytes: Uint8Array, dtype: string): void {
  const { order, name } = partsOf(dtype)
  if (order === '=' || order === (isLittleEndian ? '<' : '>')) return
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (name?.endsWith('2')) view.swap16()
  if (name?.endsWith('4')) view.swap32()
  if (name?.endsWith('8')) view.swap64()
}
