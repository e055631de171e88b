import { catalogue } from '../errors.ts'

/** What may be wrong with keys, certificates and their settings. Passwords are never among the facts. */
export const tlsError = catalogue({
  'key-file-unreadable': {
    says: ({ source, why }: { source: string; why: string }) =>
      `${source} cannot be read: ${why}. Write that file, or name another.`,
  },
  'key-file-unknown': {
    says: ({ source }: { source: string }) =>
      `${source} is no PEM, PKCS12 or JKS file; write one of these.`,
  },
  'key-file-damaged': {
    says: ({ source, format, why }: { source: string; format: string; why: string }) =>
      `${source} begins as ${format} but cannot be read on (${why}); restore it or make it anew.`,
  },
  'key-file-legacy': {
    says: ({ source, cipher }: { source: string; cipher: string }) =>
      `${source} is encrypted with ${cipher}, which OpenSSL 3 and most clients no longer read. Write a modern one: keytool -importkeystore -srckeystore ${source} -destkeystore modern.p12 -deststoretype PKCS12; without Java, of a PKCS12 file: openssl pkcs12 -legacy -in ${source} -nodes | openssl pkcs12 -export -out modern.p12`,
  },
  'key-password-wrong': {
    says: ({ source }: { source: string }) =>
      `The password of ${source} is wrong; correct the one beside its name.`,
  },
  'key-password-missing': {
    says: ({ source }: { source: string }) =>
      `${source} is encrypted and no password stands beside its name; add one, such as password: "\${env:KEYSTORE_PASSWORD}".`,
  },
  'key-missing': {
    says: ({ source }: { source: string }) =>
      `${source} has no private key; name the file that has one (a truststore has certificates alone).`,
  },
  'key-mismatch': {
    says: ({ source }: { source: string }) =>
      `No certificate of ${source} belongs to its private key; name the certificate that was made for this key.`,
  },
  'certificate-missing': {
    says: ({ source }: { source: string }) =>
      `${source} has no certificate; name a file of the authorities to trust.`,
  },
  'name-invalid': {
    says: ({ name }: { name: string }) =>
      `'${name}' is no name for a certificate; write parts such as CN=pump-1,O=Plant,C=DE (of CN, O, OU, L, ST, C, STREET, DC and UID).`,
  },
  'server-key-missing': {
    says: () =>
      "'tls' names no key; write keystore: ./server.p12 with its password, or cert: and key: (leat certs init makes them).",
  },
  'server-trust-missing': {
    says: ({ clientAuth }: { clientAuth: string }) =>
      `clientAuth is ${clientAuth} and 'tls' does not say whose certificates are believed; name them by truststore or ca.`,
  },
  'crl-invalid': {
    says: ({ source }: { source: string }) =>
      `${source} is no list of revoked certificates; write one in PEM or DER, as 'openssl ca -gencrl' does.`,
  },
  'tls-rejected': {
    says: ({ why }: { why: string }) =>
      `OpenSSL refuses these settings of TLS (${why}); correct protocols, ciphers or the key.`,
  },
})
