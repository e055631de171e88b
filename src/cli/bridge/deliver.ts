import {
  InvalidArgumentError,
  InvalidMessageError,
  type PublishOptions,
  type Writer,
} from '../../client/reader-and-writer.ts'
import { reasonOf } from '../messages/surroundings.ts'
import type { Link, Say } from './link.ts'

/**
 * Publishes until the service has the message; false when the service is given up or the bridge ends.
 * What a service will never take (a message too long) is passed over, and said.
 */
export async function deliver<Value>(
  link: Link<Writer<Value>>,
  { value, options }: { readonly value: Value; readonly options?: PublishOptions },
  say: Say,
): Promise<boolean> {
  for (;;) {
    const writer = await link.end
    if (writer === undefined) return false
    try {
      await writer.publish(value, options)
      link.worked()
      return true
    } catch (error) {
      if (error instanceof InvalidMessageError || error instanceof InvalidArgumentError) {
        say(link.service, 'MESSAGE PASSED OVER', reasonOf(error))
        return true
      }
      link.failed(writer, error)
    }
  }
}
