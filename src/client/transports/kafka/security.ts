/** TLS and the login of a Kafka service: the parameter `tls`, and kafka-python's own keys. */
import { tlsClientSetting } from '../../../base/tls/settings.ts'
import { type ClientSecurity, saslProblem, saslSetting } from '../../security/index.ts'
import type { TlsParameters } from '../../service/parameters.ts'
import { kafkaTransportError } from './errors.ts'
import type { KafkaSpec } from './spec.ts'

/** Throws InvalidArgumentError for a login without what it needs. */
export function kafkaSecurityOf(tls: TlsParameters | undefined, spec: KafkaSpec): ClientSecurity {
  const protocol = spec.security_protocol ?? (tls === undefined ? 'PLAINTEXT' : 'SSL')
  return {
    ...(protocol.endsWith('SSL') && { tls: tlsSettingsOf(tls, spec) }),
    ...(protocol.startsWith('SASL') && { sasl: saslSettingsOf(spec) }),
  }
}

/** What is read already needs no report. */
const unreported = () => {}

function tlsSettingsOf(tls: TlsParameters | undefined, spec: KafkaSpec) {
  const settings = {
    ca: tls?.ca ?? spec.ssl_cafile,
    cert: tls?.certificate ?? spec.ssl_certfile,
    key: tls?.key ?? spec.ssl_keyfile,
    password: spec.ssl_password,
    crl: spec.ssl_crlfile,
    ciphers: tls?.ciphers ?? spec.ssl_ciphers,
    verifyName: spec.ssl_check_hostname ?? tls?.checkHostname ?? true,
  }
  return tlsClientSetting.read(settings, ['tls'], unreported)
}

function saslSettingsOf(spec: KafkaSpec) {
  const { sasl_mechanism: mechanism = 'PLAIN' } = spec
  const { sasl_plain_username: username, sasl_plain_password: password } = spec
  const settings = saslSetting.read({ mechanism, username, password }, ['sasl'], unreported)
  if (saslProblem(settings) === undefined) return settings
  const why = `'sasl_mechanism' ${mechanism} needs 'sasl_plain_username' and 'sasl_plain_password'.`
  throw kafkaTransportError('kafka-argument', { why })
}
