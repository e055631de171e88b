/** PLAIN (RFC 4616): `[authorization id] NUL user NUL password` in one token. */
import { accepted, type ClientExchange, failed, type ServerExchange, textOf } from './exchange.ts'

export type CheckPassword = (user: string, password: string) => Promise<boolean>

export function plainServer(check: CheckPassword): ServerExchange {
  return {
    async next(token) {
      const parts = textOf(token)?.split('\0')
      if (parts === undefined) return failed('the token is not UTF-8')
      const [authorizationId, user, password] = parts
      if (parts.length !== 3 || authorizationId === undefined) {
        return refuse(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`)
      }
      if (!user) return refuse('Authentication failed: username not specified')
      if (!password) return refuse('Authentication failed: password not specified')
      if (!(await check(user, password))) {
        return failed('wrong user name or password', { user, says: wrongCredentials })
      }
      if (authorizationId !== '' && authorizationId !== user) {
        return failed('the client wants to act as somebody else', { user, says: actsAsAnother })
      }
      return accepted({ user })
    },
  }
}

export function plainClient(user: string, password: string): ClientExchange {
  return {
    first: () => Buffer.from(`\0${user}\0${password}`),
    next: async (token) =>
      token.length === 0
        ? { kind: 'done' }
        : failed('the server answered PLAIN with a token that it does not have'),
  }
}

function refuse(says: string) {
  return failed('the token is not a user and a password', { says })
}

/** Kafka's own sentences, which its users look for. */
const wrongCredentials = 'Authentication failed: Invalid username or password'
export const actsAsAnother =
  'Authentication failed: Client requested an authorization id that is different from username'
