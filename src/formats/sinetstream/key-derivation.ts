import { createSecretKey, type KeyObject, pbkdf2Sync } from 'node:crypto'
import type { KeyDerivation } from './coding.ts'
import { formatError } from './failures.ts'

/**
 * PBKDF2 (RFC 8018). A derivation takes milliseconds, on purpose, and is one a writer, so it does not wait for a
 * thread: who derives keeps the key. The password counts in ISO 8859-1, as in SINETStream for Python.
 */
export function deriveKey(
  password: string,
  derivation: KeyDerivation,
  salt: Uint8Array,
  keyBits: number,
): KeyObject {
  const secret = Buffer.from(password, 'latin1')
  if (secret.toString('latin1') !== password) throw formatError('password-not-latin', {})
  const { iterations, hash } = derivation
  return createSecretKey(pbkdf2Sync(secret, salt, iterations, keyBits / 8, hash))
}
