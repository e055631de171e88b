/** The arithmetic of SCRAM (RFC 5802, section 3). */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { ScramMechanism } from './mechanisms.ts'

const derive = promisify(pbkdf2)

/** What a server keeps of a password: enough to check it, not enough to log in with. */
export interface ScramCredential {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

/** Costs about a millisecond for 4096 iterations, in a thread of its own. */
export function saltPassword(
  { hash, keyBytes }: ScramMechanism,
  password: string,
  salt: Buffer,
  iterations: number,
): Promise<Buffer> {
  return derive(password, salt, iterations, keyBytes, hash)
}

export function credentialOf(
  mechanism: ScramMechanism,
  saltedPassword: Buffer,
  { salt, iterations }: { readonly salt: Buffer; readonly iterations: number },
): ScramCredential {
  return {
    salt,
    iterations,
    storedKey: storedKeyOf(mechanism, clientKeyOf(mechanism, saltedPassword)),
    serverKey: sign(mechanism, saltedPassword, 'Server Key'),
  }
}

/** 130 bits as the text that Java's tools make of a random number, so that all salts look alike. */
export function saltFrom(bytes: Buffer): Buffer {
  const number = BigInt(`0x${bytes.toString('hex')}`)
  return Buffer.from(BigInt.asUintN(130, number).toString(36))
}

export function clientProof(mechanism: ScramMechanism, saltedPassword: Buffer, all: string) {
  const clientKey = clientKeyOf(mechanism, saltedPassword)
  return xor(clientKey, sign(mechanism, storedKeyOf(mechanism, clientKey), all))
}

/** Whether whoever made the proof has the password; takes as long for a wrong one. */
export function isProof(
  mechanism: ScramMechanism,
  { storedKey }: ScramCredential,
  proof: Buffer,
  all: string,
): boolean {
  if (proof.length !== mechanism.keyBytes || storedKey.length !== mechanism.keyBytes) return false
  const clientKey = xor(proof, sign(mechanism, storedKey, all))
  return timingSafeEqual(storedKeyOf(mechanism, clientKey), storedKey)
}

/** What proves to the client that the server has its credential. */
export function serverSignature(mechanism: ScramMechanism, serverKey: Buffer, all: string): Buffer {
  return sign(mechanism, serverKey, all)
}

function clientKeyOf(mechanism: ScramMechanism, saltedPassword: Buffer): Buffer {
  return sign(mechanism, saltedPassword, 'Client Key')
}

function storedKeyOf({ hash }: ScramMechanism, clientKey: Buffer): Buffer {
  return createHash(hash).update(clientKey).digest()
}

function sign({ hash }: ScramMechanism, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)))
}
