/** PEM (RFC 7468): keys, certificates and lists of revoked ones, in any order, between other text. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { tlsError } from './errors.ts'
import type { KeyStore, Passwords } from './key-store.ts'

const begin = '-----BEGIN '

export function isPem(bytes: Buffer): boolean {
  return bytes.includes(begin)
}

/** Whether a setting is the text itself, rather than the path of a file. */
export function isPemText(setting: string): boolean {
  return setting.includes(begin)
}

/** Throws a `tlsError`, or what Node says of a damaged certificate. */
export function readPem(
  bytes: Buffer,
  source: string,
  { password, keyPassword = password }: Passwords,
): KeyStore {
  const blocks = blocksOf(bytes.toString('latin1'))
  return {
    keys: blocks
      .filter(({ label }) => label.endsWith('PRIVATE KEY'))
      .map(({ text }) => privateKeyOf(text, source, keyPassword)),
    certificates: blocks
      .filter(({ label }) => label.endsWith('CERTIFICATE'))
      .map(({ text }) => new X509Certificate(text)),
  }
}

/** Bytes as a block of PEM. */
export function toPem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** The bytes in the first block of a text. */
export function bytesOfPem(text: string): Buffer {
  const [block] = blocksOf(text)
  return Buffer.from(block?.text.replace(/-----[^-]*-----/g, '') ?? '', 'base64')
}

/** All blocks of a text, each with the words of its first line. */
export function blocksOf(text: string): { label: string; text: string }[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)
  return [...blocks].map(([block, label = '']) => ({ label, text: block }))
}

function privateKeyOf(text: string, source: string, passphrase: string | undefined): KeyObject {
  const isEncrypted = text.includes('ENCRYPTED')
  if (isEncrypted && passphrase === undefined) throw tlsError('key-password-missing', { source })
  try {
    return createPrivateKey({ key: text, ...(isEncrypted && { passphrase }) })
  } catch (cause) {
    if (!isEncrypted) throw cause
    throw tlsError('key-password-wrong', { source }, { cause })
  }
}
