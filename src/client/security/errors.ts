import { catalogue } from '../../base/errors.ts'

/** What may go wrong between a client and a broker that have to prove who they are. Secrets are never among the facts. */
export const securityError = catalogue({
  'tls-refused': {
    says: ({ address, why, cure }: { address: string; why: string; cure: string }) =>
      `No encrypted connection to ${address}: ${why}; ${cure}.`,
  },
  'tls-wanted': {
    says: ({ address }: { address: string }) =>
      `${address} speaks TLS alone; name 'tls' (security.protocol SSL or SASL_SSL), or choose another listener.`,
  },
  'login-refused': {
    says: ({ address, mechanism, user, why }: LoginFacts & { why: string }) =>
      `${address} refuses the login${user === undefined ? '' : ` of '${user}'`} by ${mechanism}: ${why}`,
  },
  'mechanism-not-offered': {
    says: ({ address, mechanism, offered }: LoginFacts & { offered: readonly string[] }) =>
      `${address} offers no login by ${mechanism}; choose ${offered.join(' or ') || 'another listener'} (sasl.mechanism).`,
  },
  'login-unexpected': {
    says: ({ address }: { address: string }) =>
      `${address} wants no login; leave 'sasl' out (security.protocol PLAINTEXT or SSL), or choose a listener that has one.`,
  },
  'token-unavailable': {
    says: ({ source, why }: { source: string; why: string }) =>
      `No token for OAUTHBEARER from ${source}: ${why}.`,
    retriable: true,
  },
  'token-refused': {
    says: ({ source, why }: { source: string; why: string }) =>
      `${source} gives out no token: ${why}; correct the client's id, its secret or the scope.`,
  },
  'security-setting': { says: ({ problem }: { problem: string }) => problem },
})

interface LoginFacts {
  readonly address: string
  readonly mechanism: string
  readonly user?: string | undefined
}
