/** Who may come in at the doors beside Kafka's, as the broker sees it. */
import { hostname } from 'node:os'
import type { Audit } from '../access/audit.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import { principalMapping } from '../access/principal-mapping.ts'
import { systemClock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { systemRandom } from '../base/random.ts'
import type { RelayedMechanism } from '../client/access/index.ts'
import { Entrance } from '../client/doors/index.ts'
import { hasRules } from './access.ts'
import { expandBind } from './addresses.ts'
import type { Config } from './config.ts'
import { waysToConsole } from './console-auth.ts'
import type { InsideClients } from './inside.ts'

type MqttConfig = NonNullable<Config['mqtt']>
type HttpDoorConfig = Pick<
  NonNullable<Config['registry']>,
  'bind' | 'auth' | 'tls' | 'principalMappingRules' | 'allowedHosts'
>

/** Whether passwords or tokens come in at another door than Kafka's: the broker is asked whether they are right. */
export function asksForLogins(config: Config): boolean {
  const asked: readonly string[] = authOfDoors(config).flatMap((auth) => auth ?? [])
  return ['password', 'token', 'basic', 'bearer', 'login'].some((way) => asked.includes(way))
}

/** What each door beside Kafka's asks, where it asks at all. */
function authOfDoors(config: Config): (readonly string[] | undefined)[] {
  const { mqtt, registry, connect } = config
  const doors = [...(mqtt?.listeners ?? []), registry, connect]
  return [...doors.map((door) => door?.auth), waysToConsole(config)]
}

export function mqttListeners({ listeners }: MqttConfig, config: Config) {
  return listeners.flatMap(({ bind, auth, tokenUser, tls, principalMappingRules, allowedHosts }) =>
    expandBind(bind).map((address) => ({
      ...{ ...address, tokenUser, allowedHosts: ownHosts({ bind, allowedHosts }, config) },
      ...(auth !== undefined && { auth }),
      ...(tls !== undefined && {
        tls: { settings: tls, principalOf: principalMapping(principalMappingRules) },
      }),
    })),
  )
}

/** Without an entrance where nobody is asked, everybody may do everything, and nobody wants to know who did. */
export function httpListeners(door: HttpDoorConfig, parts: DoorParts) {
  const { config, audit } = parts
  const isOpen = door.auth === undefined && !hasRules(config.access) && audit === undefined
  const entrance = isOpen ? undefined : entranceOf(door, parts)
  return addressesOf(door).map((address) => ({
    ...{ ...address, allowedHosts: hostsOf(door, config) },
    ...(entrance !== undefined && { entrance }),
  }))
}

/** Under TLS a name that was made to point here has no certificate: any is good. */
export function hostsOf(
  { tls, ...door }: Pick<HttpDoorConfig, 'bind' | 'tls' | 'allowedHosts'>,
  config: Config,
): readonly string[] | undefined {
  return tls === undefined ? ownHosts(door, config) : undefined
}

/** What this machine is called, as far as leat.yml tells. */
function ownHosts(
  { bind, allowedHosts }: Pick<HttpDoorConfig, 'bind' | 'allowedHosts'>,
  { kafka, connect, console }: Config,
): readonly string[] {
  const advertised = [
    ...kafka.listeners.map((listener) => listener.advertised),
    connect?.advertised,
  ]
  return [
    ...[hostname(), bind.host, ...allowedHosts],
    ...advertised.flatMap((address) => address?.host ?? []),
    ...(console?.url === undefined ? [] : [new URL(console.url).hostname]),
  ]
}

/** Where a door listens, encrypted or not. */
export function addressesOf({ bind, tls }: Pick<HttpDoorConfig, 'bind' | 'tls'>) {
  return expandBind(bind).map((address) => ({ ...address, ...(tls !== undefined && { tls }) }))
}

export function entranceOf(
  { auth, principalMappingRules }: Pick<HttpDoorConfig, 'auth' | 'principalMappingRules'>,
  { gatekeeper, failedLogins, audit, logger }: DoorParts,
): Entrance {
  return new Entrance({
    ...{ auth, gatekeeper, failedLogins, audit, logger, clock: systemClock },
    principalOf: principalMapping(principalMappingRules),
  })
}

export interface DoorParts {
  readonly config: Config
  readonly gatekeeper: Awaited<ReturnType<typeof openGatekeeper>>
  readonly failedLogins: FailedLogins
  readonly audit: Audit | undefined
  readonly logger: Logger
}

/** Undefined where nobody is asked who they are, and everybody may do everything. */
export async function openGatekeeper(config: Config, clients: InsideClients, logger: Logger) {
  const { access, kafka } = config
  if (!kafka.enabled) return undefined
  const isAsked = authOfDoors(config).some((auth) => auth !== undefined)
  if (!isAsked && !hasRules(access)) return undefined
  const { FollowedRules, KeptTokens, LoginRelay, PasswordCheck } = await import(
    '../client/access/index.ts'
  )
  const logins = {
    brokers: clients.brokersForLogins,
    tls: kafka.brokers === undefined ? undefined : kafka.tls,
    ...{ clock: systemClock, random: systemRandom },
  }
  const passwords = new PasswordCheck({ ...logins, mechanism: mechanismOf(config) })
  const relay = new LoginRelay({ ...logins, subject: subjectOf(config), logger })
  const tokens = new KeptTokens({ ...logins, relay })
  // An existing cluster has its own rules; our broker has some where 'access' says so.
  const follows = kafka.brokers !== undefined || hasRules(access)
  const rules = follows
    ? await FollowedRules.open({
        client: await clients.of('doors'),
        superUsers: access?.superUsers ?? [],
        allowEveryoneIfNoAclFound: access?.allowEveryoneIfNoAclFound ?? false,
        clock: systemClock,
        logger: logger.with({ part: 'access' }),
      })
    : undefined
  return {
    authorizer: rules,
    passwordIsRight: (user: string, password: string) => passwords.isRight(user, password),
    userOf: (token: string) => tokens.userOf(token),
    tokenLogin: (token: string) => relay.tokenLogin(token),
    exchange: (mechanism: RelayedMechanism) => relay.exchange(mechanism),
    close: async () => {
      await relay.close()
      await rules?.close()
    },
  }
}

/** The claim that names a token's user. */
function subjectOf({ access, kafka }: Config): string {
  return access?.tokens?.subject ?? kafka.config['sasl.oauthbearer.sub.claim.name'] ?? 'sub'
}

/** Our own door for logins takes PLAIN; a cluster's listener takes what we log in by ourselves. */
function mechanismOf({ kafka }: Config) {
  const mechanism = kafka.brokers === undefined ? 'PLAIN' : kafka.sasl?.mechanism
  return mechanism === undefined || mechanism === 'OAUTHBEARER' ? 'SCRAM-SHA-512' : mechanism
}
