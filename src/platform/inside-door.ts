/** A listener for the parts of this process alone, beside those for clients. */
import { systemRandom } from '../base/random.ts'
import { InsideEntrance, type InsideOptions } from '../client/doors/index.ts'
import type { Address } from './addresses.ts'
import { reachable } from './inside.ts'

export interface InsideDoor {
  /** The last of the door's listeners. */
  readonly listener: Address & { readonly entrance: InsideEntrance }
  readonly loginOf: InsideEntrance['loginOf']
}

/** How a part comes in at a door of this process. */
export interface InsideWay {
  readonly url: string
  /** Absent: nobody is asked there who they are. */
  readonly login: { readonly user: string; readonly password: string } | undefined
}

/** `parts` are those that come in; one of them may speak for its visitors. */
export function insideDoor(parts: readonly string[], options: InsideOptions): InsideDoor {
  const entrance = new InsideEntrance(parts, systemRandom, options)
  return {
    listener: { host: '127.0.0.1', port: 0, entrance },
    loginOf: (part) => entrance.loginOf(part),
  }
}

/** What is told of a door's addresses, and how a part comes in, once it listens. */
export function waysInto(door: InsideDoor | undefined, addresses: readonly Address[]) {
  const forClients = door === undefined ? addresses : addresses.slice(0, -1)
  const address = door === undefined ? addresses[0] : addresses.at(-1)
  return {
    addresses: forClients,
    /** Undefined where it listens nowhere. */
    wayOf: (part: string): InsideWay | undefined =>
      address && { url: `http://${reachable(address)}`, login: door?.loginOf(part) },
  }
}
