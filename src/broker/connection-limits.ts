import type { Socket } from 'node:net'
import { hostAddress } from '../access/host.ts'
import { Seldom } from '../base/seldom.ts'
import type { Services } from './handler.ts'
import { Rate } from './quotas/index.ts'

/** Refusals are said so often at most. */
const sayMs = 1000
/** How many connections that may not be are held until their addresses have waited. */
const mostHeld = 1000

/** How many clients may connect and how fast: in all, and from one address. */
export class ConnectionLimits {
  readonly #services: Services
  readonly #most: number
  readonly #mostOfAddress: number
  readonly #exceptions: ReadonlyMap<string, number>
  readonly #mostPerSecond: number
  readonly #rate: Rate
  readonly #seldom: Seldom
  readonly #byAddress = new Map<string, number>()
  #open = 0
  #held = 0

  constructor(services: Services) {
    const { settings } = services
    this.#services = services
    this.#seldom = new Seldom(services.clock, sayMs)
    this.#most = settings.number('max.connections')
    this.#mostOfAddress = settings.number('max.connections.per.ip')
    this.#exceptions = exceptionsIn(settings.text('max.connections.per.ip.overrides'))
    this.#mostPerSecond = settings.number('max.connection.creation.rate')
    this.#rate = new Rate({
      count: settings.number('quota.window.num'),
      ms: settings.number('quota.window.size.seconds') * 1000,
    })
  }

  /** Counts the connection until it closes; one that may not be is ended, and the answer is false. */
  admit(socket: Socket): boolean {
    const address = hostAddress(socket.remoteAddress ?? '')
    const isAdmitted =
      this.#hasRoom(socket) &&
      this.#hasRoomFor(address, socket) &&
      this.#isInTime('connection_creation_rate', this.#services.quotas.connect(address), socket) &&
      this.#isInTime('max.connection.creation.rate', this.#connect(), socket)
    if (!isAdmitted) return false
    this.#countOf(address, socket)
    return this.#count(socket)
  }

  /** The parts of leat itself share one address with whoever else is on this machine. */
  admitFromInside(socket: Socket): boolean {
    return this.#hasRoom(socket) && this.#count(socket)
  }

  #hasRoom(socket: Socket): boolean {
    return this.#open < this.#most || this.#refuse(socket, 'max.connections', this.#most)
  }

  #hasRoomFor(address: string, socket: Socket): boolean {
    const most = this.#exceptions.get(address) ?? this.#mostOfAddress
    const ofAddress = this.#byAddress.get(address) ?? 0
    return ofAddress < most || this.#refuse(socket, 'max.connections.per.ip', most)
  }

  /** Counts a new connection of whatever address; above 0 it may not be, and counts for nothing. */
  #connect(): number {
    const nowMs = this.#services.clock.now()
    this.#rate.record(1, nowMs)
    const throttleMs = this.#rate.throttleMs(this.#mostPerSecond, nowMs)
    if (throttleMs > 0) this.#rate.record(-1, nowMs)
    return throttleMs
  }

  #isInTime(limit: string, throttleMs: number, socket: Socket): boolean {
    return throttleMs === 0 || this.#hold(socket, limit, throttleMs)
  }

  #count(socket: Socket): true {
    this.#open += 1
    socket.on('close', () => {
      this.#open -= 1
    })
    return true
  }

  #countOf(address: string, socket: Socket): void {
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1)
    socket.on('close', () => {
      const left = (this.#byAddress.get(address) ?? 1) - 1
      if (left === 0) this.#byAddress.delete(address)
      else this.#byAddress.set(address, left)
    })
  }

  #say(message: string, { remoteAddress }: Socket, facts: Record<string, unknown>): void {
    const passedOver = this.#seldom.due(message)
    if (passedOver === undefined) return
    this.#services.logger.warn(message, { client: remoteAddress, ...facts, passedOver })
  }

  #refuse(socket: Socket, limit: string, most: number): false {
    this.#say(`Refusing a connection: ${limit} is reached`, socket, { [limit]: most })
    socket.destroy()
    return false
  }

  /** Ended only when its time has come, so that its client does not come again at once. */
  #hold(socket: Socket, limit: string, ms: number): false {
    this.#say(`Refusing a connection: ${limit} is exceeded`, socket, { waitMs: ms })
    if (this.#held >= mostHeld) {
      socket.destroy()
      return false
    }
    this.#held += 1
    socket.pause()
    socket.on('error', () => {}) // It is refused already, whatever breaks.
    const timer = this.#services.clock.after(ms, () => socket.destroy())
    socket.on('close', () => {
      this.#held -= 1
      timer.cancel()
    })
    return false
  }
}

/** `127.0.0.1:10,10.0.0.7:2` */
function exceptionsIn(list: string): ReadonlyMap<string, number> {
  return new Map(
    list.split(',').flatMap((entry) => {
      const at = entry.lastIndexOf(':')
      const address = entry.slice(0, at).trim()
      return at < 0 ? [] : [[hostAddress(address), Number(entry.slice(at + 1))]]
    }),
  )
}
