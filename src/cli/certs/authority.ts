/** The authority of a folder: who signs, and what is given to those who shall believe it. */
import { generateKeyPair, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemRandom } from '../../base/random.ts'
import { issueCertificate, type Purpose } from '../../base/tls/issuing/certificate.ts'
import { type Identity, identityOf, readKeyStore } from '../../base/tls/key-store.ts'
import { cliError } from '../errors.ts'
import type { NewFile } from './new-files.ts'

export const keyTypes = ['ec', 'rsa'] as const
export type KeyType = (typeof keyTypes)[number]

export interface IssueOptions {
  readonly folder: string
  readonly days: number
  readonly keyType: KeyType
}

const dayMs = 24 * 60 * 60 * 1000
/** Clocks of other machines may be behind. */
const skewMs = 60 * 60 * 1000
const rsaBits = 2048

const generateAsync = promisify(generateKeyPair)

export async function newAuthority(subject: string, options: IssueOptions): Promise<Identity> {
  return await issue({ subject, purpose: 'authority' }, undefined, options)
}

export async function issue(
  wanted: {
    readonly subject: string
    readonly purpose: Purpose
    readonly hosts?: readonly string[]
  },
  signer: Identity | undefined,
  { days, keyType }: IssueOptions,
): Promise<Identity> {
  const key = await newKey(keyType)
  const now = Date.now()
  const dates = { from: new Date(now - skewMs), to: new Date(now + days * dayMs) }
  const certificate = issueCertificate({ ...wanted, key, ...dates }, signer, systemRandom)
  return { key, chain: [certificate, ...(signer?.chain ?? [])] }
}

export function authorityFiles({ key, chain }: Identity, folder: string): NewFile[] {
  const about = 'the authority: for whoever shall believe what it signs'
  return [
    { path: join(folder, 'ca.crt'), content: chain.join(''), isSecret: false, about },
    { ...keyFile(join(folder, 'ca.key'), key), about: 'its key, which signs: keep it safe' },
  ]
}

export function keyFile(path: string, key: KeyObject): NewFile {
  const content = key.export({ format: 'pem', type: 'pkcs8' })
  return { path, content, isSecret: true, about: 'its key' }
}

/** Throws 'authority-missing', or a `tlsError`. */
export async function readAuthority(folder: string): Promise<Identity> {
  const [certificate, key] = [join(folder, 'ca.crt'), join(folder, 'ca.key')]
  if (!existsSync(certificate) || !existsSync(key)) throw cliError('authority-missing', { folder })
  const read = (path: string) => readKeyStore({ name: path, bytes: readFileSync(path) })
  const [{ certificates }, { keys }] = await Promise.all([read(certificate), read(key)])
  return identityOf({ keys, certificates }, certificate)
}

async function newKey(type: KeyType): Promise<KeyObject> {
  const pair =
    type === 'rsa'
      ? await generateAsync('rsa', { modulusLength: rsaBits })
      : await generateAsync('ec', { namedCurve: 'P-256' })
  return pair.privateKey
}
