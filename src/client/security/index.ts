/**
 * How clients know whom they speak with, and prove who they are.
 *
 * Settings of leat.yml and Kafka's own keys (Java's names and librdkafka's) become the same plain
 * value, `ClientSecurity`; tokens are read from files or asked for. It promises that what is wrong is
 * told with its cure and without a secret. It leaves keys and certificates to `base/tls/`, the
 * exchanges of SASL to `protocols/sasl/`, and connections to the Kafka client.
 */
export {
  type Properties,
  securityOfProperties,
  securityOver,
  tlsOfProperties,
} from './properties.ts'
export {
  type ClientSecurity,
  passwordLogin,
  type SaslSettings,
  saslProblem,
  saslSetting,
  withSaslPathsFrom,
} from './settings.ts'
