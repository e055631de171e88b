/** Certificates of a test's own, by openssl, which signs nothing that anybody else trusts. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Owner, temporaryFolder } from './folders.ts'
import { outputOf } from './programs.ts'

/** Paths of PEM files. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

/** An authority, and what it signs. */
export class Authority {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async open(owner: Owner): Promise<Authority> {
    const authority = new Authority(temporaryFolder(owner))
    const subject = ['-subj', '/CN=Authority of a test']
    await authority.#openssl('req', '-x509', '-nodes', ...subject, ...authority.#fresh('authority'))
    return authority
  }

  get certificate(): string {
    return join(this.folder, 'authority.crt')
  }

  /** For these names, as `IP:127.0.0.1` or `DNS:localhost`; none for a client. */
  async sign(name: string, ...names: string[]): Promise<Certificate> {
    const path = (ending: string) => join(this.folder, `${name}.${ending}`)
    const purpose =
      names.length > 0 ? `subjectAltName=${names.join(',')}` : 'extendedKeyUsage=clientAuth'
    writeFileSync(path('extensions'), `${purpose}\n`)
    const request = ['-nodes', '-subj', `/CN=${name}`, '-out', path('csr')]
    await this.#openssl('req', '-new', ...newKey, '-keyout', path('key'), ...request)
    const signer = ['-CA', this.certificate, '-CAkey', join(this.folder, 'authority.key')]
    const signed = ['-CAcreateserial', '-extfile', path('extensions'), '-out', path('crt')]
    await this.#openssl('x509', '-req', '-days', '2', '-in', path('csr'), ...signer, ...signed)
    return { certificate: path('crt'), key: path('key') }
  }

  #fresh(name: string): string[] {
    const path = join(this.folder, name)
    return [...newKey, '-keyout', `${path}.key`, '-out', `${path}.crt`, '-days', '2']
  }

  async #openssl(...args: string[]): Promise<void> {
    await outputOf(['openssl', ...args])
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
