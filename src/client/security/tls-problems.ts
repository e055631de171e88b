/** Why a server and we do not come to terms about TLS, and what to do about it. */
import type { PeerCertificate } from 'node:tls'
import { systemCode } from '../../base/errors.ts'

export interface TlsProblem {
  readonly why: string
  readonly cure: string
}

const untrusted: TlsProblem = {
  why: 'its certificate is signed by no authority that is trusted here',
  cure: 'name the certificate of that authority: tls.ca (ssl.truststore.location, ssl.ca.location)',
}
const unaccepted: TlsProblem = {
  why: 'it does not accept our certificate, or that we show none',
  cure: 'show one that its authority has signed: tls.keystore, or tls.cert and tls.key (ssl.keystore.location)',
}
const noCertificate: TlsProblem = {
  why: 'it wants a certificate from its clients',
  cure: 'show one: tls.keystore, or tls.cert and tls.key (ssl.keystore.location)',
}
const noTls: TlsProblem = {
  why: 'what listens there does not speak TLS',
  cure: 'choose its listener with TLS, or leave tls out (security.protocol PLAINTEXT or SASL_PLAINTEXT)',
}
const nothingInCommon: TlsProblem = {
  why: 'no version of TLS or no cipher suite is common to both sides',
  cure: 'look at tls.protocols and tls.ciphers (ssl.enabled.protocols, ssl.cipher.suites) of both',
}
const renew = 'renew it there'

const problems: Readonly<Record<string, TlsProblem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: { why: 'its certificate, or one that signed it, has expired', cure: renew },
  CERT_NOT_YET_VALID: {
    why: 'its certificate, or one that signed it, is not valid yet',
    cure: 'compare the clocks of both machines',
  },
  CERT_REVOKED: { why: 'its certificate is revoked (tls.crl)', cure: renew },
  INVALID_PURPOSE: {
    why: 'its certificate is not meant for servers (extended key usage)',
    cure: 'let it be signed for serverAuth',
  },
  ALERT_CERTIFICATE_REQUIRED: noCertificate,
  ALERT_HANDSHAKE_FAILURE: {
    why: 'it breaks off the handshake',
    cure: 'it may want a certificate (tls.keystore), or have no cipher suite in common with us',
  },
  ALERT_UNKNOWN_CA: unaccepted,
  ALERT_BAD_CERTIFICATE: unaccepted,
  ALERT_CERTIFICATE_UNKNOWN: unaccepted,
  ALERT_CERTIFICATE_EXPIRED: { ...unaccepted, why: 'our certificate has expired' },
  ALERT_CERTIFICATE_REVOKED: { ...unaccepted, why: 'our certificate is revoked' },
  ALERT_PROTOCOL_VERSION: nothingInCommon,
  ERR_SSL_UNSUPPORTED_PROTOCOL: nothingInCommon,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: nothingInCommon,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
}

/** Alerts of the other side have the version of TLS in their codes, another one in each OpenSSL. */
const alert = /^ERR_SSL_.*_ALERT_/

/** Undefined for a failure that is not about TLS. */
export function tlsProblem(error: Error): TlsProblem | undefined {
  const code = systemCode(error) ?? ''
  const known = problems[code.replace(alert, 'ALERT_')]
  if (known !== undefined) return known
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(error as WrongName)
  if (!/^(ERR_SSL_|ERR_TLS_|CERT_|CRL_)/.test(code)) return undefined
  return { why: `the handshake failed (${code})`, cure: nothingInCommon.cure }
}

/** A server that hangs up in the middle of a handshake does not say why. */
export const hungUp: TlsProblem = {
  why: 'it hangs up during the handshake',
  cure: 'make sure that it speaks TLS on this port, and whether it wants a certificate from us',
}

interface WrongName extends Error {
  readonly host?: string
  readonly cert?: PeerCertificate
}

function wrongName({ host, cert }: WrongName): TlsProblem {
  const names = (cert?.subjectaltname ?? '').replaceAll('IP Address:', '').replaceAll('DNS:', '')
  const owner = names || [cert?.subject?.CN ?? []].flat().join(', ') || 'others'
  return {
    why: `its certificate is for ${owner}, not for ${host ?? 'this address'}`,
    cure: 'connect to a name that stands in it, or name it: tls.serverName (tls.verifyName: false, or an empty ssl.endpoint.identification.algorithm, leaves names unchecked)',
  }
}
