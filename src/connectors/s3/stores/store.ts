/** Where objects are kept: a bucket, or a directory. What may pass by itself is a `RetriableError`. */
export interface Store extends AsyncDisposable {
  /** Undefined where there is no such object. */
  read(key: string): Promise<Buffer | undefined>
  /** Writes a small object; false where there is one of that name, which stays as it is. */
  create(key: string, bytes: Buffer): Promise<boolean>
  /**
   * An object in the making, which nobody sees before it is complete; then one that had its name
   * before is replaced, or, with `once`, stays.
   */
  upload(key: string, once: boolean, metadata?: Metadata): Upload
  /** Replaces the tags of an object that is there. */
  tag(key: string, tags: Readonly<Record<string, string>>): Promise<void>
  /** Of an object that is there. */
  sizeOf(key: string): Promise<number>
  /** As other programs name it: `s3://lake/topics/…`, `file:///var/lake/topics/…`. */
  uriOf(key: string): string
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>
}

/** What S3 keeps beside an object. */
export type Metadata = Readonly<Record<string, string>>

export interface Upload {
  /** Resolves when there is room for more; where it throws, it has taken nothing. */
  write(pieces: readonly Buffer[]): Promise<void>
  /** The object is there, whole. */
  complete(): Promise<void>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}
