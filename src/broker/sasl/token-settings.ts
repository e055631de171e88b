import type { BrokerSettings } from '../settings.ts'
import type { TokenOptions } from './tokens.ts'

/** Whose tokens are good by Kafka's own keys; undefined where they name no keys. */
export function tokenOptionsOf(settings: BrokerSettings): TokenOptions | undefined {
  const text = (name: Parameters<BrokerSettings['text']>[0]) => settings.text(name) || undefined
  const jwks = text('sasl.oauthbearer.jwks.endpoint.url')
  if (jwks === undefined) return undefined
  return {
    // Kafka reads files by URLs, too.
    jwks: jwks.replace(/^file:(\/\/)?/, ''),
    issuer: text('sasl.oauthbearer.expected.issuer'),
    audience: text('sasl.oauthbearer.expected.audience')
      ?.split(',')
      .map((one) => one.trim()),
    subject: text('sasl.oauthbearer.sub.claim.name'),
    scope: text('sasl.oauthbearer.scope.claim.name'),
    clockSkewMs: settings.number('sasl.oauthbearer.clock.skew.seconds') * 1000,
  }
}
