import type { MqttClientOptions } from '../../mqtt/index.ts'
import type { TlsParameters } from '../../service/parameters.ts'
import { tlsOf } from '../../service/tls-of.ts'
import { choiceAt, flagAt, isMapping, mappingAt, type Settings } from '../../service/values.ts'

const versions = {
  PROTOCOL_TLS: undefined,
  PROTOCOL_TLS_CLIENT: undefined,
  PROTOCOL_SSLv23: undefined,
  PROTOCOL_TLSv1_2: 'TLSv1.2',
  PROTOCOL_TLSv1_1: 'TLSv1.1',
  PROTOCOL_TLSv1: 'TLSv1',
} as const

/** What `tls` of the parameters says, else `tls` of the broker options, with Python's names for its details. */
export function mqttTlsOf(
  fromParameters: TlsParameters | undefined,
  spec: Settings,
): MqttClientOptions['tls'] {
  const tls = fromParameters ?? tlsOf(spec)
  if (tls === undefined) return undefined
  const details = isMapping(spec.tls) ? spec.tls : {}
  const wanted = ['CERT_REQUIRED', 'CERT_OPTIONAL', 'CERT_NONE'] as const
  const isVerified = choiceAt(details, 'cert_reqs', wanted, 'CERT_REQUIRED') !== 'CERT_NONE'
  const names = Object.keys(versions) as (keyof typeof versions)[]
  const version = versions[choiceAt(details, 'tls_version', names, 'PROTOCOL_TLS')]
  const isNameFree = flagAt(mappingAt(spec, 'tls_insecure'), 'value', false) || !tls.checkHostname
  return {
    ca: tls.ca,
    cert: tls.certificate,
    key: tls.key,
    ciphers: tls.ciphers,
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(isVerified ? {} : { rejectUnauthorized: false }),
    // The chain is verified all the same.
    ...(isNameFree ? { checkServerIdentity: () => undefined } : {}),
  }
}
