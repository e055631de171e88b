/** What each codec of record batches is. */
export interface Compressor {
  /** Loads the library at first use: apart, so that its absence is not taken for damage. */
  readonly load?: () => void
  compress(source: Buffer): Buffer
  /** Throws what its library throws, or `MalformedBytes`, if the result would pass the limit. */
  decompress(source: Buffer, limitBytes: number): Buffer
}
