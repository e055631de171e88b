/** The list of revoked certificates beside an authority. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { revoke } from '../../base/tls/issuing/revoked.ts'
import type { Identity } from '../../base/tls/key-store.ts'
import { readKeyStore } from '../../base/tls/key-store.ts'
import { bytesOfPem, toPem } from '../../base/tls/pem.ts'
import { cliError } from '../errors.ts'
import type { NewFile } from './new-files.ts'

const fileName = 'revoked.crl'
/** A list that has expired would lock everybody out. */
const listDays = 3650
const dayMs = 24 * 60 * 60 * 1000

/** The list that an authority begins with. */
export function emptyRevocationFile(authority: Identity, folder: string): NewFile {
  return listFile(revoke([], undefined, authority, listDates()), folder)
}

/** The list as it is, with the certificates of these clients added. Throws 'client-missing'. */
export async function revocationFile(
  clients: readonly string[],
  authority: Identity,
  folder: string,
): Promise<NewFile> {
  const path = join(folder, fileName)
  const certificates = await Promise.all(clients.map((name) => certificateOf(name, folder)))
  const former = existsSync(path) ? bytesOfPem(readFileSync(path, 'utf8')) : undefined
  return listFile(revoke(certificates, former, authority, listDates()), folder)
}

function listFile(list: Buffer, folder: string): NewFile {
  return {
    path: join(folder, fileName),
    content: toPem('X509 CRL', list),
    isSecret: false,
    about: 'the list of revoked certificates',
  }
}

function listDates() {
  const now = new Date()
  return { now, next: new Date(now.getTime() + listDays * dayMs) }
}

async function certificateOf(name: string, folder: string) {
  const path = join(folder, 'clients', name, 'client.crt')
  if (!existsSync(path)) throw cliError('client-missing', { path })
  const { certificates } = await readKeyStore({ name: path, bytes: readFileSync(path) })
  const [own] = certificates
  if (own === undefined) throw cliError('client-missing', { path })
  return own
}
