/** Certificates of a test's own, as the text of PEM, which nobody else believes. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { systemRandom } from '../../random.ts'
import { issueCertificate, type Purpose } from '../issuing/certificate.ts'
import type { Identity } from '../key-store.ts'

export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

const dayMs = 24 * 60 * 60 * 1000

export class TestAuthority {
  readonly #own: Identity

  constructor(subject = 'CN=Authority of a test') {
    const key = newKey()
    this.#own = { key, chain: [issue({ subject, key, purpose: 'authority' })] }
  }

  /** Whom a client is to believe. */
  get ca(): string {
    return this.#own.chain.join('')
  }

  server(...hosts: string[]): TestCertificate {
    return this.#sign('CN=server', 'server', hosts)
  }

  client(subject: string): TestCertificate {
    return this.#sign(subject, 'client')
  }

  #sign(subject: string, purpose: Purpose, hosts: readonly string[] = []): TestCertificate {
    const key = newKey()
    const certificate = issue({ subject, key, purpose, hosts }, this.#own)
    return { cert: `${certificate}`, key: `${key.export({ format: 'pem', type: 'pkcs8' })}` }
  }
}

function issue(
  wanted: { subject: string; key: KeyObject; purpose: Purpose; hosts?: readonly string[] },
  signer?: Identity,
) {
  const dates = { from: new Date(Date.now() - dayMs), to: new Date(Date.now() + dayMs) }
  return issueCertificate({ ...wanted, ...dates }, signer, systemRandom)
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}
