/** What leat.yml says of TLS, on either side of a connection. */
import { resolve } from 'node:path'
import { choice, flag, integer, list, optional, part, text, type ValueOf } from '../settings.ts'
import { isPemText } from './pem.ts'

export const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const

/** The settings that name files. */
export const fileSettings = ['keystore', 'cert', 'key', 'truststore', 'ca', 'crl'] as const

const identity = {
  keystore: optional(
    text({
      about: 'A key with its certificates: PKCS12, JKS or PEM.',
      example: './certs/server.p12',
    }),
  ),
  cert: optional(
    text({ about: 'Instead of a keystore: the certificates, as PEM.', example: './server.crt' }),
  ),
  key: optional(text({ about: 'The private key that belongs to cert.', example: './server.key' })),
  password: optional(
    text({
      about: 'Of the keystore, or of the key.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
      example: '"${env:KEYSTORE_PASSWORD}"',
    }),
  ),
  keyPassword: optional(
    text({
      about: 'Of the key in the keystore, where it is another one.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
      example: '"${env:KEY_PASSWORD}"',
    }),
  ),
}

const trust = {
  truststore: optional(
    text({
      about: 'The authorities whose certificates are believed: PKCS12, JKS or PEM.',
      example: './certs/truststore.p12',
    }),
  ),
  ca: optional(text({ about: 'The same as PEM.', example: './certs/ca.crt' })),
  truststorePassword: optional(
    text({
      about: 'Of the truststore.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
      example: '"${env:TRUSTSTORE_PASSWORD}"',
    }),
  ),
  crl: optional(
    text({
      about: 'Revoked certificates, as PEM or DER: one list of each authority.',
      example: './certs/revoked.crl',
    }),
  ),
}

const agreement = {
  protocols: list(
    {
      about: 'The versions of TLS.',
      example: '[ TLSv1.2, TLSv1.3 ]',
      fallback: [...tlsVersions],
    },
    choice({ about: 'A version of TLS.', example: 'TLSv1.3' }, tlsVersions),
  ),
  ciphers: optional(
    text({
      about: "Cipher suites, with Java's names or OpenSSL's, between colons or commas.",
      example: 'TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES256-GCM-SHA384',
    }),
  ),
}

/** `tls` of a listener. */
export const tlsServerSetting = part('Connections are encrypted.', {
  ...identity,
  certificates: list(
    {
      about:
        'Other certificates, each shown to the clients that ask for a name in it (SNI); all others see the first.',
      example: '[ { cert: ./plant.crt, key: ./plant.key } ]',
      fallback: [],
    },
    part('A key with its certificates.', identity),
  ),
  ...trust,
  clientAuth: choice(
    {
      about:
        'Whether clients show a certificate: none, requested (one that is shown must be good) or required.',
      example: 'none',
      fallback: 'none',
    },
    ['none', 'requested', 'required'],
  ),
  ...agreement,
  handshakeMs: integer(
    { about: 'How long a client may take to agree on keys.', example: '10000', fallback: 10_000 },
    100,
    600_000,
  ),
})

/** `tls` of a connection to another server. */
export const tlsClientSetting = part('Connections are encrypted.', {
  ...trust,
  ...identity,
  serverName: optional(
    text({
      about: 'The name that the certificate of the server must have, where it is not its address.',
      example: 'broker.example',
    }),
  ),
  verify: flag({
    about: 'Whether the certificate of the server must be signed by one of these.',
    example: 'true',
    fallback: true,
  }),
  verifyName: flag({
    about: 'Whether it must be for the name of the server, too.',
    example: 'true',
    fallback: true,
  }),
  ...agreement,
})

export type TlsServerSettings = ValueOf<typeof tlsServerSetting>
export type CertificateSettings = TlsServerSettings['certificates'][number]
export type TlsClientSettings = ValueOf<typeof tlsClientSetting>
export type TlsSettings = TlsServerSettings | TlsClientSettings
type Files = { readonly [Name in (typeof fileSettings)[number]]?: string | undefined }

/** The settings with paths that no longer depend on the working folder. */
export function withPathsFrom<Settings extends TlsSettings>(
  folder: string,
  settings: Settings,
): Settings {
  if (!('certificates' in settings)) return withFilesFrom(folder, settings)
  const certificates = settings.certificates.map((one) => withFilesFrom(folder, one))
  return { ...withFilesFrom(folder, settings), certificates }
}

function withFilesFrom<Named extends Files>(folder: string, named: Named): Named {
  const resolved = fileSettings.flatMap((name) => {
    const value = named[name]
    return value === undefined || isPemText(value) ? [] : [[name, resolve(folder, value)]]
  })
  return { ...named, ...Object.fromEntries(resolved) }
}
