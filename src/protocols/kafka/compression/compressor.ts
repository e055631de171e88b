/** What each codec of record batches is. */
export interface Compressor {
  compress(source: Buffer): Buffer
  /** Throws what its library throws, or `MalformedBytes`, if the result would pass the limit. */
  decompress(source: Buffer, limitBytes: number): Buffer
}
