/** How a connection ends, said so that whoever reads it knows what to do. */
import type { MalformedBytes } from '../../base/bytes.ts'
import { systemCode } from '../../base/errors.ts'
import { securityError } from '../security/errors.ts'
import { tlsProblem } from '../security/tls-problems.ts'
import { clientError } from './errors.ts'
import { tlsRefused } from './open-socket.ts'

/** How a server complains that what it reads is not TLS. */
const tlsAlert = 0x1503

export function lost(address: string, why: string, cause?: unknown): Error {
  return clientError('connection-lost', { address, why }, { cause })
}

/** By its socket. A server that does not accept our certificate may say so after the handshake. */
export function failed(address: string, error: Error): Error {
  const problem = tlsProblem(error)
  return problem === undefined
    ? lost(address, systemCode(error) ?? error.message)
    : tlsRefused(address, problem, error)
}

/** By the broker, which says nothing: one that is spoken to in the wrong way does so soon. */
export function closed(address: string, answers: number): Error {
  if (answers === 0) return lost(address, 'it was closed at once, as by one that wants TLS')
  if (answers === 1) return lost(address, 'it was closed early, as by one that wants a login')
  return lost(address, 'the broker closed it')
}

export function misread(
  address: string,
  answers: number,
  piece: Buffer,
  { message }: MalformedBytes,
): Error {
  const isAlert = answers === 0 && piece.length > 1 && piece.readUInt16BE(0) === tlsAlert
  return isAlert
    ? securityError('tls-wanted', { address })
    : lost(address, `its bytes are no answer, ${message}`)
}
