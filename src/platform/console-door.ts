/** The console's door: health, metrics, the page and what is behind it. */
import { anonymous, isSamePrincipal } from '../access/principal.ts'
import { systemClock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import { systemRandom } from '../base/random.ts'
import { type Speaker, writeSpokenFor } from '../client/doors/index.ts'
import type { WayToRegistry } from '../client/registry/index.ts'
import type { LoginSettings, PipelineTold, Way } from '../console/index.ts'
import { hasRules } from './access.ts'
import type { Config } from './config.ts'
import { letsAnybodyIn, waysToConsole } from './console-auth.ts'
import type { ConsoleConfig } from './console-config.ts'
import { addressesOf, type DoorParts, entranceOf, hostsOf } from './gatekeeper.ts'
import type { Health } from './http.ts'
import type { InsideClients } from './inside.ts'
import type { InsideWay } from './inside-door.ts'
import { listening } from './listening.ts'

export interface ConsoleDoorOptions {
  readonly doors: DoorParts
  readonly clients: InsideClients
  readonly health: () => Promise<Health>
  readonly metrics: Metrics
  readonly registry: () => WayOfConsole
  readonly connect: () => WayOfConsole
  readonly pipelines: () => readonly PipelineTold[]
}

/** Undefined where there is no such door, or it is somewhere else. */
type WayOfConsole = InsideWay | WayToRegistry | undefined

/** Undefined where leat.yml names no console. */
export async function openConsoleDoor(options: ConsoleDoorOptions) {
  const { doors, clients, health, metrics } = options
  const { config } = doors
  const { console } = config
  if (console === undefined) return undefined
  const { openHttpDoors } = await import('./http.ts')
  const logger = doors.logger.with({ part: 'http' })
  const ways = waysToConsole(config)
  const programs = ways?.filter((way) => way !== 'login')
  const entrance = isOfInterest(doors)
    ? entranceOf({ ...console, auth: programs }, { ...doors, logger })
    : undefined
  const allowedHosts = hostsOf(console, config)
  return await listening('HTTP', () =>
    openHttpDoors({
      ...{ listeners: addressesOf(console), allowedHosts, health, metrics, logger },
      // What collects metrics logs in where it is asked to, and not because there are rules for others.
      entrance: console.auth === undefined ? undefined : entrance,
      openConsole: async () => {
        const { openConsole } = await import('../console/index.ts')
        return openConsole({
          ...{ entrance, metrics, clock: systemClock, random: systemRandom },
          ...{ roles: console.roles, url: console.url, allowedHosts },
          login: ways?.includes('login') ? loginOf(console, config) : undefined,
          client: config.kafka.enabled ? () => clients.of('console') : undefined,
          registry: wayFor(options.registry()),
          connect: wayFor(options.connect()),
          parts: partsOf(config),
          pipelines: options.pipelines,
          logger: doors.logger.with({ part: 'console' }),
        })
      },
    }),
  )
}

/** Whether it matters who a visitor of the console is: what they may do, or who changed what. */
function isOfInterest({ config, audit }: DoorParts): boolean {
  return waysToConsole(config) !== undefined || hasRules(config.access) || audit !== undefined
}

/** Speaks for the console's visitors at another door; undefined where it matters at neither who they are. */
export function consoleSpeaker(
  name: 'registry' | 'connect',
  doors: DoorParts,
): Speaker | undefined {
  const { config } = doors
  const door = config[name]
  if (config.console === undefined || door === undefined) return undefined
  const isOpen = door.auth === undefined && door.tls === undefined
  if (isOpen && !isOfInterest(doors)) return undefined
  const entrance = entranceOf(door, doors)
  return {
    part: 'console',
    admitFor: (said) =>
      letsAnybodyIn(door) || !isSamePrincipal(said.principal, anonymous)
        ? entrance.visitorOf(said)
        : { status: 403, why: notWithoutLogin(name), challenges: [] },
  }
}

/** The console must be no way around the logins of other doors. */
function notWithoutLogin(name: string): string {
  return `'${name}' asks for logins and the console does not; write 'console: { auth: [ login ] }'.`
}

const minuteMs = 60_000

function loginOf({ oidc, session, url, tls }: ConsoleConfig, { kafka }: Config): LoginSettings {
  const { idleMinutes, longestHours } = session
  return {
    passwords: kafka.enabled && oidc?.passwords !== false,
    issuer: oidc,
    limits: { idleMs: idleMinutes * minuteMs, longestMs: longestHours * 60 * minuteMs },
    isSecure: url === undefined ? tls !== undefined : url.startsWith('https:'),
  }
}

function wayFor(way: WayOfConsole): Way | undefined {
  if (way === undefined) return undefined
  if ('urls' in way) return { kind: 'elsewhere', registry: way }
  const { url, login } = way
  return {
    kind: 'own',
    url,
    headersFor: (visitor) =>
      login === undefined
        ? {}
        : { authorization: `Basic ${basic(login)}`, ...writeSpokenFor(visitor) },
  }
}

function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}

function partsOf({ kafka, registry, connect, mqtt, pipelines }: Config) {
  const isThere = (part: unknown) => part !== undefined
  return {
    ...{ registry: isThere(registry), connect: isThere(connect), mqtt: isThere(mqtt) },
    ...{ pipelines: isThere(pipelines), embedded: kafka.enabled && kafka.brokers === undefined },
  }
}
