/** Why a client and a listener did not come to terms, in words for whoever reads the log. */
import type { TLSSocket } from 'node:tls'
import { systemCode } from '../errors.ts'

const untrusted =
  'no authority that this listener trusts has signed its certificate (truststore, ca)'
/** OpenSSL tells the last thing that it found, which of a foreign authority is that it has no list. */
const untrustedOrUnlisted =
  'no authority that this listener trusts has signed its certificate, or that authority has no list of revoked ones (truststore, ca, crl)'
const unbelieved =
  'it does not believe the certificate of this listener: give it the authority that signed it'

/** What OpenSSL says of the certificate of a client. */
const certificateProblems: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: 'its certificate, or one that signed it, has expired',
  CERT_NOT_YET_VALID: 'its certificate, or one that signed it, is not valid yet',
  CERT_REVOKED: 'its certificate is revoked (crl)',
  CRL_HAS_EXPIRED: 'the list of revoked certificates has expired: write a new one (crl)',
  CRL_NOT_YET_VALID: 'the list of revoked certificates is not valid yet (crl)',
  UNABLE_TO_GET_CRL: untrustedOrUnlisted,
  CRL_SIGNATURE_FAILURE: untrustedOrUnlisted,
  INVALID_PURPOSE: 'its certificate is not meant for clients (extended key usage)',
}

/** What OpenSSL says of the handshake. */
const handshakeProblems: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it shows no certificate (clientAuth: required)',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks other versions of TLS (protocols)',
  ERR_SSL_UNKNOWN_PROTOCOL: 'it speaks other versions of TLS (protocols)',
  ERR_SSL_NO_SHARED_CIPHER: 'it has no cipher suite in common with this listener (ciphers)',
  ERR_SSL_NO_SHARED_GROUP: 'it has no curve in common with this listener',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what it sends is not TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'what it sends is not TLS',
  ERR_SSL_HTTP_REQUEST: 'it sends HTTP without TLS',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'it took longer than it may (handshakeMs)',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: unbelieved,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: unbelieved,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: unbelieved,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the certificate of this listener has expired for it',
  ECONNRESET: 'it hung up during the handshake',
  EPIPE: 'it hung up during the handshake',
}

export function handshakeProblem(error: Error, socket: TLSSocket): string {
  const certificate = certificateProblem(socket)
  if (certificate !== undefined) return certificate
  const { reason } = error as { reason?: string }
  return handshakeProblems[systemCode(error) ?? ''] ?? reason ?? error.message
}

/** Why the certificate that a client shows is not believed; undefined where nothing is wrong with it. */
export function certificateProblem({ authorizationError }: TLSSocket): string | undefined {
  if (authorizationError === undefined || authorizationError === null) return undefined
  const code = String(authorizationError)
  return certificateProblems[code] ?? `its certificate is not believed (${code})`
}

/** The address of a client; that of a connection which is gone is known to the one beneath only. */
export function clientOf(socket: TLSSocket): string {
  const beneath = (socket as { _parent?: TLSSocket })._parent
  const { remoteAddress, remotePort } =
    socket.remoteAddress === undefined && beneath !== undefined ? beneath : socket
  return remoteAddress === undefined ? 'unknown' : `${remoteAddress}:${remotePort}`
}
