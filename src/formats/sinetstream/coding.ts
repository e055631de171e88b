/** How the bytes of a message are made of its value, and back: the part of the parameters that both sides must share. */
export interface Coding {
  /** 3 puts a packet with the key's version around what 2 writes; a reader of 3 reads both. */
  readonly messageFormat: 2 | 3
  /** No envelope and no packet: the value alone, compressed and encrypted where asked for. */
  readonly userDataOnly: boolean
  readonly compression: CompressionCoding | undefined
  readonly encryption: EncryptionCoding | undefined
}

export interface CompressionCoding {
  /** SINETStream's name `gzip` stands for a zlib stream. */
  readonly algorithm: 'gzip' | 'zstd' | 'lz4'
  readonly level: number | undefined
  /** Arguments of the library, under the algorithm's name: `{ wbits: 31 }`. */
  readonly args: Readonly<Record<string, unknown>>
}

export type CipherMode = 'CBC' | 'OFB' | 'CTR' | 'EAX' | 'GCM' | 'CFB' | 'OPENPGP'

export interface EncryptionCoding {
  readonly keyBits: 128 | 192 | 256
  readonly mode: CipherMode
  readonly padding: 'none' | 'pkcs7'
  readonly secret:
    | { readonly password: string; readonly derivation: KeyDerivation }
    /** By version, of at least 1; a writer uses the greatest. A `crypto.key` is version 1. */
    | { readonly keys: ReadonlyMap<number, Buffer> }
  /** There is a salt, and of this length, even where no key is derived with it. */
  readonly saltBytes: number
}

/** PBKDF2. */
export interface KeyDerivation {
  readonly iterations: number
  readonly hash: 'sha256' | 'sha384' | 'sha512'
}
