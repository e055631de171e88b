import type { ScramCredential } from '../../protocols/sasl/scram/keys.ts'
import { type ScramMechanism, scramMechanisms } from '../../protocols/sasl/scram/mechanisms.ts'

/** A credential as the log has it; bytes are base64. */
export interface StoredCredential {
  readonly salt: string
  readonly storedKey: string
  readonly serverKey: string
  readonly iterations: number
}

/** The users that clients have made, with a credential for each of their mechanisms. */
export class ScramUsers {
  readonly #users = new Map<string, Map<string, ScramCredential>>()

  get count(): number {
    return this.#users.size
  }

  has(user: string): boolean {
    return this.#users.has(user)
  }

  names(): Iterable<string> {
    return this.#users.keys()
  }

  find(user: string, mechanism: string): ScramCredential | undefined {
    return this.#users.get(user)?.get(mechanism)
  }

  /** Takes an entry of the log; null takes the credential away. */
  apply(entryName: string, stored: StoredCredential | null): void {
    const [mechanism, user] = partsOf(entryName)
    const credentials = this.#users.get(user) ?? new Map<string, ScramCredential>()
    if (stored === null) credentials.delete(mechanism)
    else credentials.set(mechanism, credentialFrom(stored))
    if (credentials.size === 0) this.#users.delete(user)
    else this.#users.set(user, credentials)
  }

  /** All of them as entries. */
  *live(): Iterable<[string, StoredCredential]> {
    for (const [user, credentials] of this.#users) {
      for (const mechanism of scramMechanisms) {
        const credential = credentials.get(mechanism.name)
        if (credential !== undefined) yield [entryNameOf(mechanism, user), toStored(credential)]
      }
    }
  }
}

export function entryNameOf({ name }: ScramMechanism, user: string): string {
  return `${name}/${user}`
}

export function toStored(credential: ScramCredential): StoredCredential {
  return {
    salt: credential.salt.toString('base64'),
    storedKey: credential.storedKey.toString('base64'),
    serverKey: credential.serverKey.toString('base64'),
    iterations: credential.iterations,
  }
}

function credentialFrom({ salt, storedKey, serverKey, iterations }: StoredCredential) {
  return {
    salt: Buffer.from(salt, 'base64'),
    storedKey: Buffer.from(storedKey, 'base64'),
    serverKey: Buffer.from(serverKey, 'base64'),
    iterations,
  }
}

/** No mechanism has a slash in its name; a user may. */
function partsOf(entryName: string): [mechanism: string, user: string] {
  const at = entryName.indexOf('/')
  return [entryName.slice(0, at), entryName.slice(at + 1)]
}
