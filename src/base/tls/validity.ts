/** What people should know of the dates of certificates before it is too late. */
import type { X509Certificate } from 'node:crypto'
import { subjectOf } from './x500-name.ts'

const dayMs = 24 * 60 * 60 * 1000
/** So long before its end a certificate is spoken of. */
const noticeMs = 30 * dayMs

/** A sentence for each certificate that is not valid now, or not for long. */
export function validityWarnings(
  certificates: readonly X509Certificate[],
  nowMs: number,
): string[] {
  return certificates.flatMap((certificate) => {
    const from = Date.parse(certificate.validFrom)
    const to = Date.parse(certificate.validTo)
    const name = `The certificate of ${subjectOf(certificate)}`
    if (nowMs < from) return [`${name} is not valid before ${isoTime(from)}; check the clock.`]
    if (nowMs > to) return [`${name} expired at ${isoTime(to)}; renew it.`]
    if (nowMs > to - noticeMs) return [`${name} expires at ${isoTime(to)}; renew it in time.`]
    return []
  })
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
