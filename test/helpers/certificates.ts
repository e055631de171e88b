/** Certificates of a test's own, by openssl, which signs nothing that anybody else trusts. */
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
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
    // A file of serial numbers would be torn by two who sign at the same time.
    const serial = ['-set_serial', `0x${randomBytes(8).toString('hex')}`]
    const signed = [...serial, '-extfile', path('extensions'), '-out', path('crt')]
    await this.#openssl('x509', '-req', '-days', '2', '-in', path('csr'), ...signer, ...signed)
    return { certificate: path('crt'), key: path('key') }
  }

  /** For a client, valid between two moments alone. */
  async signFor(name: string, from: Date, to: Date): Promise<Certificate> {
    const { key } = await this.sign(name)
    const path = (ending: string) => join(this.folder, `${name}.${ending}`)
    const dates = ['-startdate', stamp(from), '-enddate', stamp(to)]
    await this.#ca('-batch', ...dates, '-in', path('csr'), '-notext', '-out', path('crt'))
    return { certificate: path('crt'), key }
  }

  /** A list of revoked certificates, as PEM: these, and those that were revoked before. */
  async revoke(...certificates: readonly Certificate[]): Promise<string> {
    for (const { certificate } of certificates) await this.#ca('-revoke', certificate)
    const list = join(this.folder, 'revoked.crl')
    await this.#ca('-gencrl', '-crldays', '2', '-out', list)
    return list
  }

  async #ca(...args: string[]): Promise<void> {
    const path = (name: string) => join(this.folder, name)
    if (!existsSync(path('ca.cnf'))) {
      const settings = ['database=index', 'serial=next', 'new_certs_dir=.', 'default_md=sha256']
      const policy = ['policy=any', 'unique_subject=no', '[any]', 'commonName=supplied']
      writeFileSync(path('ca.cnf'), ['[own]', ...settings, ...policy, ''].join('\n'))
      writeFileSync(path('index'), '')
      writeFileSync(path('next'), '7001')
    }
    const signer = ['-cert', 'authority.crt', '-keyfile', 'authority.key']
    const command = ['openssl', 'ca', '-config', 'ca.cnf', '-name', 'own', ...signer, ...args]
    await outputOf(command, { cwd: this.folder })
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

/** As openssl wants it: 20260101000000Z. */
function stamp(date: Date): string {
  return date.toISOString().replace(/[-:T]|\.\d+/g, '')
}
