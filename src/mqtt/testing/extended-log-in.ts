import assert from 'node:assert/strict'
import {
  type ConnectPacket,
  noProperties,
  type Properties,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { clientExchange } from '../../protocols/sasl/index.ts'
import type { Mechanism } from '../entry.ts'
import type { RawClient } from './doors.ts'
import { random, tokenOf } from './guarded-door.ts'

/** The client's side of a login in AUTH packets, up to whatever ends it. */
export async function logIn(
  client: RawClient,
  mechanism: Mechanism,
  {
    user = 'alice',
    password = 'wonderland',
    token = tokenOf(user),
    isAgain = false,
    isAsked = false,
  } = {},
) {
  const exchange =
    mechanism === 'OAUTHBEARER'
      ? clientExchange({ mechanism, token }, random)
      : clientExchange({ mechanism, user, password }, random)
  const saying = (data?: Buffer): Properties => ({
    authenticationMethod: mechanism,
    ...(data !== undefined && { authenticationData: data }),
  })
  const first = exchange.first()
  const properties = saying(isAsked ? undefined : first)
  if (isAgain) client.send({ type: 'auth', reason: reasonCode.reAuthenticate, properties })
  else client.send({ ...connectPacket, properties })
  let next = isAsked ? first : undefined
  for (;;) {
    const answer = await client.next(['auth', 'connack', 'disconnect'])
    if (answer.type !== 'auth' || answer.reason !== reasonCode.continueAuthentication) return answer
    assert.equal(answer.properties.authenticationMethod, mechanism)
    let said = next
    next = undefined
    if (said === undefined) {
      const step = await exchange.next(answer.properties.authenticationData ?? Buffer.alloc(0))
      if (step.kind === 'failed') throw new Error(step.why)
      said = step.kind === 'reply' ? step.token : Buffer.from([1])
    }
    const reason = reasonCode.continueAuthentication
    client.send({ type: 'auth', reason, properties: saying(said) })
  }
}

export const connectPacket: ConnectPacket = {
  ...{ type: 'connect', version: 5, cleanStart: true, keepAliveSeconds: 0 },
  ...{ clientId: 'raw', properties: noProperties },
}
