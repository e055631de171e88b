import { type Packet, protocolError } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import { handleAuth } from './auth.ts'
import { handleConnect } from './connect.ts'
import { handleDisconnect } from './disconnect.ts'
import { handlePingreq } from './pingreq.ts'
import { handlePuback } from './puback.ts'
import { handlePubcomp } from './pubcomp.ts'
import { handlePublish } from './publish.ts'
import { handlePubrec } from './pubrec.ts'
import { handlePubrel } from './pubrel.ts'
import { handleSubscribe } from './subscribe.ts'
import { handleUnsubscribe } from './unsubscribe.ts'

/** A promise where the client's next packet has to wait for this one. */
export function handle(packet: Packet, connection: Connection): Promise<void> | undefined {
  if (packet.type === 'connect') return handleConnect(packet, connection)
  if (packet.type === 'auth') return handleAuth(packet, connection)
  const { session } = connection
  if (session === undefined) throw protocolError('the first packet is no CONNECT')
  switch (packet.type) {
    case 'publish':
      return handlePublish(packet, connection, session)
    case 'puback':
      handlePuback(packet, connection, session)
      return undefined
    case 'pubrec':
      handlePubrec(packet, connection, session)
      return undefined
    case 'pubrel':
      handlePubrel(packet, connection, session)
      return undefined
    case 'pubcomp':
      handlePubcomp(packet, connection, session)
      return undefined
    case 'subscribe':
      return handleSubscribe(packet, connection, session)
    case 'unsubscribe':
      return handleUnsubscribe(packet, connection, session)
    case 'pingreq':
      handlePingreq(packet, connection)
      return undefined
    case 'disconnect':
      handleDisconnect(packet, connection, session)
      return undefined
    default:
      throw protocolError(`a client sends no ${packet.type.toUpperCase()}`)
  }
}
