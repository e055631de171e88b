/** The beginning of an NPY file: its magic, its version and a dictionary in Python's notation. */
export interface NpyHeader {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly fortranOrder: boolean
}

const magic = Buffer.from('\x93NUMPY', 'latin1')
/** The data begins at a multiple of it. */
const alignmentBytes = 64
/** More is refused, as NumPy does. */
const mostDictionaryBytes = 10_000

/** NumPy has no more; so many always fit into the length that version 1.0 can say. */
export const mostDimensions = 64

/** Of version 1.0. */
export function writeNpyHeader({ dtype, shape, fortranOrder }: NpyHeader): Buffer {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const order = fortranOrder ? 'True' : 'False'
  const dictionary = `{'descr': '${dtype}', 'fortran_order': ${order}, 'shape': ${tuple}, }`
  const dictionaryAt = magic.length + 2 + lengthBytes(1)
  const bytes = Buffer.alloc(roundUp(dictionaryAt + dictionary.length + 1), ' ')
  bytes.set(magic)
  bytes.set([1, 0], magic.length)
  bytes.writeUInt16LE(bytes.length - dictionaryAt, magic.length + 2)
  bytes.write(dictionary, dictionaryAt, 'latin1')
  bytes.write('\n', bytes.length - 1)
  return bytes
}

/** Undefined for what is no NPY file of the versions 1 to 3. */
export function readNpyHeader(bytes: Buffer): { header: NpyHeader; dataAt: number } | undefined {
  const version = bytes[magic.length] ?? 0
  const dictionaryAt = magic.length + 2 + lengthBytes(version)
  const isNpy = bytes.subarray(0, magic.length).equals(magic) && version >= 1 && version <= 3
  if (!isNpy || bytes.length < dictionaryAt) return undefined
  const length = bytes.readUIntLE(magic.length + 2, lengthBytes(version))
  const dataAt = dictionaryAt + length
  if (length > mostDictionaryBytes || dataAt > bytes.length) return undefined
  const header = readDictionary(bytes.toString('latin1', dictionaryAt, dataAt))
  return header && { header, dataAt }
}

/** Only what NumPy writes for arrays of one type: a structured dtype is a list, which is not read. */
function readDictionary(text: string): NpyHeader | undefined {
  const fields = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1]
  if (fields === undefined) return undefined
  const dtype = /'descr': *'([^']*)'/.exec(fields)?.[1]
  const order = /'fortran_order': *(True|False)/.exec(fields)?.[1]
  const tuple = /'shape': *\(([\dL, ]*)\)/.exec(fields)?.[1]
  if (dtype === undefined || order === undefined || tuple === undefined) return undefined
  // Python 2 wrote some numbers with an L.
  const counts = tuple.split(',').map((count) => count.trim().replace(/L$/, ''))
  const shape = counts.filter((count) => count !== '').map(Number)
  if (!shape.every(Number.isSafeInteger)) return undefined
  return { dtype, shape, fortranOrder: order === 'True' }
}

function lengthBytes(version: number): 2 | 4 {
  return version === 1 ? 2 : 4
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes
}
