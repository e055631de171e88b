import type { Config } from './config.ts'
import type { ConsoleWayIn } from './console-config.ts'

/**
 * How people and programs come in at the console; undefined where nobody is asked. It must be no way
 * around Kafka's logins: where those let nobody in without one, it asks for one as well, told to or not.
 */
export function waysToConsole({ kafka, console }: Config): readonly ConsoleWayIn[] | undefined {
  if (console === undefined) return undefined
  if (console.auth !== undefined) return console.auth
  if (!kafka.enabled) return undefined
  const isClosed =
    kafka.brokers === undefined ? !kafka.listeners.some(letsAnybodyIn) : kafka.sasl !== undefined
  return isClosed ? ['login'] : undefined
}

interface Door {
  readonly auth?: readonly string[] | undefined
  readonly tls?: { readonly clientAuth: string } | undefined
}

/** Whether a door asks nobody who they are. */
export function letsAnybodyIn({ auth, tls }: Door): boolean {
  return auth === undefined ? tls?.clientAuth !== 'required' : auth.includes('anonymous')
}
