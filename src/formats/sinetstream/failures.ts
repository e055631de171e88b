import { sinetCatalogue } from './errors.ts'

export const formatError = sinetCatalogue({
  'message-too-short': {
    kind: 'InvalidMessageError',
    says: ({ part, bytes }: { part: string; bytes: number }) =>
      `The message ends, after ${bytes} bytes, before its ${part}; it was cut off, or written by something other than SINETStream.`,
  },
  'envelope-missing': {
    kind: 'InvalidMessageError',
    says: () =>
      "The message does not begin as SINETStream's do; its writer has other parameters (message_format, user_data_only, data_encryption, the password or key), or is no SINETStream program.",
  },
  'envelope-damaged': {
    kind: 'InvalidMessageError',
    says: ({ what }: { what: string }) => `The message is damaged: ${what}.`,
  },
  'key-version-unexpected': {
    kind: 'InvalidMessageError',
    says: ({ version }: { version: number }) =>
      version === 0
        ? 'The message is not encrypted (key version 0), but its reader has data_encryption; writer and reader must agree.'
        : `The message is encrypted (key version ${version}), but its reader is not; set data_encryption and crypto as its writer does.`,
  },
  'key-version-unknown': {
    kind: 'InvalidArgumentError',
    says: ({ version, known }: { version: number; known: readonly number[] }) =>
      `The message is encrypted with version ${version} of the key, which was not found; the versions ${known.join(', ')} are known.`,
  },
  'key-versions-invalid': {
    kind: 'InvalidArgumentError',
    says: ({ versions }: { versions: readonly number[] }) =>
      `The keys have the versions [${versions.join(', ')}]; at least one is needed, and each is a whole number from 1 to 65535.`,
  },
  'key-length-wrong': {
    kind: 'InvalidArgumentError',
    says: ({ version, bits, keyBits }: { version: number; bits: number; keyBits: number }) =>
      `Version ${version} of the key has ${bits} bits, crypto.key_length is ${keyBits}; they must be the same.`,
  },
  'password-not-latin': {
    kind: 'InvalidArgumentError',
    says: () =>
      'The password has characters outside of ISO 8859-1 (Latin-1), of which SINETStream derives no key; choose another.',
  },
  undecipherable: {
    kind: 'InvalidMessageError',
    says: ({ mode }: { mode: string }) =>
      `The message cannot be decrypted with AES-${mode}: it is damaged, or its writer has another password, key or crypto parameters.`,
  },
  'blocks-not-whole': {
    kind: 'InvalidArgumentError',
    says: ({ bytes, mode }: { bytes: number; mode: string }) =>
      `AES-${mode} encrypts whole blocks of 16 bytes, the message has ${bytes}; set crypto.padding to pkcs7, or choose the mode GCM.`,
  },
  'timestamp-unsafe': {
    kind: 'InvalidArgumentError',
    says: ({ timestampUs }: { timestampUs: number }) =>
      `${timestampUs} is no timestamp; it must be a whole number of microseconds, at most ${Number.MAX_SAFE_INTEGER}.`,
  },
  'compression-argument-unknown': {
    kind: 'InvalidArgumentError',
    says: ({ algorithm, argument, known }: UnknownArgument) =>
      `compression.${algorithm}.${argument} is not known; compression.${algorithm} may have ${known.join(', ')}.`,
  },
  'compression-argument-invalid': {
    kind: 'InvalidArgumentError',
    says: ({ argument, value, expected }: { argument: string; value: unknown; expected: string }) =>
      `compression.${argument} is ${JSON.stringify(value) ?? String(value)}; it must be ${expected}.`,
  },
  'decompression-failed': {
    kind: 'InvalidMessageError',
    says: ({ algorithm }: { algorithm: string }) =>
      `The message cannot be decompressed as ${algorithm}: it is damaged, or its writer compresses in another way.`,
  },
  'decompressed-too-large': {
    kind: 'InvalidMessageError',
    says: ({ limitBytes }: { limitBytes: number }) =>
      `The message would have more than ${limitBytes} bytes when decompressed, which is the most that a reader takes.`,
  },
})

interface UnknownArgument {
  readonly algorithm: string
  readonly argument: string
  readonly known: readonly string[]
}
