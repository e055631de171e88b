/** Java's names of encodings that Node knows too. */
const encodings: Readonly<Record<string, BufferEncoding>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'utf-16le': 'utf16le',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
  'us-ascii': 'latin1',
  ascii: 'latin1',
}

export function encodingOf(name: string): BufferEncoding {
  return encodings[name.toLowerCase()] ?? 'utf8'
}

export function isEncoding(name: string): string | undefined {
  return name.toLowerCase() in encodings
    ? undefined
    : 'Unknown encoding; use UTF-8, UTF-16LE, ISO-8859-1 or US-ASCII'
}
