/** Keys, certificates and rules of TLS as settings name them, checked against each other. */
import type { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { cipherList } from './ciphers.ts'
import { tlsError } from './errors.ts'
import { type Identity, identityOf, readKeyStore } from './key-store.ts'
import { blocksOf, isPem, toPem } from './pem.ts'
import { type TlsSettings, tlsVersions } from './settings.ts'
import type { Source, Sources } from './sources.ts'

export interface Material {
  /** Whose key it is; absent where no key is named. */
  readonly identity: Identity | undefined
  /** Whose certificates are believed; absent where none are named. */
  readonly trusted: readonly X509Certificate[] | undefined
  readonly context: SecureContextOptions
}

/** Throws a `tlsError` that names the file and the cure. */
export async function materialOf(sources: Sources, settings: TlsSettings): Promise<Material> {
  const identity = await readIdentity(sources, settings)
  const trusted = await readTrusted(sources, settings)
  const context = {
    ...(identity !== undefined && {
      key: identity.key.export({ format: 'pem', type: 'pkcs8' }),
      cert: identity.chain.join(''),
    }),
    ...(trusted !== undefined && { ca: trusted.map(String) }),
    ...(sources.crl !== undefined && { crl: readRevoked(sources.crl) }),
    ...(settings.ciphers !== undefined && { ciphers: cipherList(settings.ciphers) }),
    ...versionsOf(settings),
  }
  try {
    createSecureContext(context)
  } catch (cause) {
    throw tlsError('tls-rejected', { why: messageOf(cause) }, { cause })
  }
  return { identity, trusted, context }
}

async function readIdentity(
  { keystore, cert, key }: Sources,
  { password, keyPassword }: TlsSettings,
): Promise<Identity | undefined> {
  if (keystore !== undefined) {
    return identityOf(await readKeyStore(keystore, { password, keyPassword }), keystore.name)
  }
  // Key and certificates may stand in one file.
  const [certificateSource, keySource] = [cert ?? key, key ?? cert]
  if (certificateSource === undefined || keySource === undefined) return undefined
  const { certificates } = await readKeyStore(certificateSource, { password })
  const { keys } = await readKeyStore(keySource, { password })
  return identityOf({ keys, certificates }, certificateSource.name)
}

async function readTrusted(
  { truststore, ca }: Sources,
  { truststorePassword }: TlsSettings,
): Promise<X509Certificate[] | undefined> {
  const named = [truststore, ca].filter((source) => source !== undefined)
  if (named.length === 0) return undefined
  const all = await Promise.all(
    named.map(async (source) => {
      const { certificates } = await readKeyStore(source, { password: truststorePassword })
      if (certificates.length > 0) return certificates
      throw tlsError('certificate-missing', { source: source.name })
    }),
  )
  return all.flat()
}

/** Lists of revoked certificates, one PEM each, because OpenSSL reads only the first of a text. */
function readRevoked({ name, bytes }: Source): string[] {
  const lists = isPem(bytes)
    ? blocksOf(bytes.toString('latin1')).flatMap(({ label, text }) =>
        label === 'X509 CRL' ? [text] : [],
      )
    : [toPem('X509 CRL', bytes)]
  try {
    if (lists.length > 0) createSecureContext({ crl: lists })
  } catch (cause) {
    throw tlsError('crl-invalid', { source: name }, { cause })
  }
  if (lists.length === 0) throw tlsError('crl-invalid', { source: name })
  return lists
}

function versionsOf({ protocols }: TlsSettings) {
  const wanted = tlsVersions.filter((version) => protocols.includes(version))
  const [minVersion = 'TLSv1.2', maxVersion = minVersion] = [wanted.at(0), wanted.at(-1)]
  return { minVersion, maxVersion }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
