/**
 * Starts what a configuration names, the broker first, and stops it in reverse. Kafka clients are
 * accepted before the other parts are even loaded.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Audit } from '../access/audit.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import { principalMapping } from '../access/principal-mapping.ts'
import { systemClock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { systemRandom } from '../base/random.ts'
import type { Broker, Insiders, ListenerAddress } from '../broker/index.ts'
import type { WayToRegistry } from '../client/registry/index.ts'
import { saslMechanisms } from '../protocols/sasl/index.ts'
import { accessOptions, hasRules } from './access.ts'
import { type Address, expandBind } from './addresses.ts'
import { type Tell, tellConnector, tellTopic } from './changes/tell.ts'
import { type Config, usualName } from './config.ts'
import { consoleSpeaker, openConsoleDoor } from './console-door.ts'
import { openFailedLogins } from './failed-logins.ts'
import {
  asksForLogins,
  type DoorParts,
  httpListeners,
  mqttListeners,
  openGatekeeper,
} from './gatekeeper.ts'
import type { Health } from './http.ts'
import { InsideClients, insideParts, insideRights, isOpenInside } from './inside.ts'
import { insideDoor, waysInto } from './inside-door.ts'
import { LateRegistry } from './late-registry.ts'
import { listening } from './listening.ts'
import { loginOptions } from './logins.ts'
import { mirrorConnectors } from './mirrors.ts'
import { keysOfRegistry, ownRegistry, type RegistryGuest } from './own-registry.ts'
import { registeredIds } from './registered-ids.ts'

export interface Running extends AsyncDisposable {
  /** Where each part listens; a part that is not started listens nowhere. */
  readonly kafka: readonly Address[]
  readonly mqtt: readonly Address[]
  readonly registry: readonly Address[]
  readonly connect: readonly Address[]
  readonly console: readonly Address[]
  readonly health: () => Promise<Health>
}

/**
 * Throws, with nothing left running, where a part cannot start. `tell` hears of each thing that is
 * otherwise than it was, before it becomes so.
 */
export async function start(config: Config, logger: Logger, tell?: Tell): Promise<Running> {
  await using parts = new AsyncDisposableStack()
  const metrics = new Metrics()
  const embedded = config.kafka.enabled && config.kafka.brokers === undefined
  const schemas = config.registry === undefined ? undefined : new LateRegistry()
  const insiders = embedded ? await insidersOf(config) : undefined
  const audit = await openAudit(config, logger, metrics)
  const failedLogins = openFailedLogins(config.access, {
    ...{ clock: systemClock, random: systemRandom, metrics, audit },
    logger: logger.with({ part: 'access' }),
  })
  const around = { insiders, schemas, audit, failedLogins }
  const broker = embedded
    ? parts.use(await openBroker(config, around, logger, metrics, tell))
    : undefined
  // A client that waits for the broker alone is answered before the rest is loaded.
  await nextTurn()
  const clients = parts.use(new InsideClients(config, broker, insiders, logger))
  if (audit !== undefined) parts.use(audit).open(await clients.of('audit'))
  const gatekeeper = await openGatekeeper(config, clients, logger)
  parts.defer(() => gatekeeper?.close())
  const doors = { config, gatekeeper, failedLogins, audit, logger }
  const announcer = tell && (await openAnnouncer(config, clients, logger, tell))
  const mqtt = await openMqtt(doors, clients, schemas, metrics)
  parts.defer(() => mqtt?.close())
  const registry = await openRegistry(doors, clients, metrics)
  parts.defer(() => registry?.close())
  const elsewhere = await wayElsewhere(config)
  const wayOf = registry?.wayOf ?? elsewhere ?? (() => ({ urls: [] }))
  schemas?.openAt(wayOf('schemas'))
  const pipelines = await openPipelines(config, clients, wayOf('pipelines'), logger, metrics)
  parts.defer(() => pipelines?.close())
  const connect = await openConnect(doors, clients, wayOf('connect'), metrics, tell)
  parts.defer(() => connect?.close())
  const health = () => healthOf(config, broker, clients)
  const http = await openConsoleDoor({
    ...{ doors, clients, health, metrics },
    registry: () => (registry === undefined ? elsewhere?.('schemas') : registry.wayOfConsole()),
    connect: () => connect?.wayOfConsole(),
    pipelines: () => pipelines?.told() ?? [],
  })
  parts.defer(() => http?.close())
  const remembered = announcer?.remember()
  parts.defer(() => remembered)

  const running = parts.move()
  return {
    kafka: broker?.addresses.slice(0, kafkaListeners(config).length) ?? config.kafka.brokers ?? [],
    mqtt: mqtt?.addresses ?? [],
    registry: registry?.addresses ?? [],
    connect: connect?.addresses ?? [],
    console: http?.addresses ?? [],
    health,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function kafkaListeners(config: Config): ListenerAddress[] {
  return config.kafka.listeners.flatMap((listener) => {
    const { bind, advertised, auth, tls, principalMappingRules } = listener
    const principalOf = principalMapping(principalMappingRules)
    return expandBind(bind).map((address) => ({
      ...address,
      ...(advertised !== undefined && { advertised }),
      ...(auth !== undefined && { auth }),
      ...(tls !== undefined && { tls: { settings: tls, principalOf } }),
    }))
  })
}

/**
 * The parts of this process must not be sent to an advertised address, which may be known outside only, and
 * where clients have to log in they do so too, with rights of their own.
 */
async function insidersOf(config: Config): Promise<Insiders | undefined> {
  if (!hasRules(config.access) && kafkaListeners(config).some(isOpenInside)) return undefined
  const { Insiders } = await import('../broker/index.ts')
  return new Insiders(insideParts, systemRandom)
}

/** What is told before its topic can be written waits. */
async function openAudit({ audit, kafka }: Config, logger: Logger, metrics: Metrics) {
  if (audit === undefined || !kafka.enabled) return undefined
  const { AuditTrail } = await import('./audit/trail.ts')
  const parts = { clock: systemClock, random: systemRandom, metrics }
  return new AuditTrail(audit, { ...parts, logger: logger.with({ part: 'audit' }) })
}

async function openBroker(
  config: Config,
  {
    insiders,
    schemas,
    audit,
    failedLogins,
  }: {
    insiders: Insiders | undefined
    schemas: LateRegistry | undefined
    audit: Audit | undefined
    failedLogins: FailedLogins
  },
  logger: Logger,
  metrics: Metrics,
  tell: Tell | undefined,
): Promise<Broker> {
  const [{ Broker }, { refuseGraduated }] = await Promise.all([
    import('../broker/index.ts'),
    import('./graduating/marker.ts'),
  ])
  refuseGraduated(config.data)
  const { durability, topics, config: keys } = config.kafka
  const own = { host: '127.0.0.1', port: 0 }
  return await listening('Kafka', () =>
    Broker.open({
      directory: config.data,
      durability,
      listeners: [
        ...kafkaListeners(config),
        ...(insiders === undefined ? [] : [{ ...own, insiders, auth: ['PLAIN'] as const }]),
        ...(asksForLogins(config) ? [{ ...own, forLogins: true, auth: saslMechanisms }] : []),
      ],
      access: accessOptions(config.access, insideRights(config)),
      ...{ audit, failedLogins },
      quotas: config.access?.quotas ?? [],
      logins: loginOptions(config.access),
      config: keys,
      topics,
      ...(tell !== undefined && { onTopic: tellTopic(tell) }),
      ...(schemas !== undefined && { schemaIds: registeredIds(schemas) }),
      logger: logger.with({ part: 'kafka' }),
      metrics,
    }),
  )
}

/** It is read while the MQTT door, which comes next, is loaded. */
async function openAnnouncer(config: Config, clients: InsideClients, logger: Logger, tell: Tell) {
  const { Announcer } = await import('./changes/announcer.ts')
  const connectors = () => connectorsOf(config)
  const announcer = new Announcer({ config, connectors, clients, logger, tell })
  await Promise.all([announcer.tellDeclared(), config.mqtt && import('../mqtt/index.ts')])
  return announcer
}

async function openMqtt(
  { config, gatekeeper, failedLogins, audit, logger }: DoorParts,
  clients: InsideClients,
  schemas: LateRegistry | undefined,
  metrics: Metrics,
) {
  const { mqtt, kafka } = config
  if (mqtt === undefined) return undefined
  const client = await clients.of('mqtt')
  const [{ MqttDoor }, { routeOf }] = await Promise.all([
    import('../mqtt/index.ts'),
    import('./route-schemas.ts'),
  ])
  const routes = await Promise.all(mqtt.routes.map(routeOf))
  return await listening('MQTT', () =>
    MqttDoor.open({
      listeners: mqttListeners(mqtt, config),
      ...{ gatekeeper, failedLogins, audit, routes },
      ...(schemas !== undefined && { registry: () => schemas.client() }),
      limits: mqtt.limits,
      client,
      isShared: kafka.brokers !== undefined,
      logger: logger.with({ part: 'mqtt' }),
      metrics,
    }),
  )
}

async function openRegistry(doors: DoorParts, clients: InsideClients, metrics: Metrics) {
  const { registry } = doors.config
  if (registry === undefined || registry.urls !== undefined) return undefined
  const client = await clients.of('registry')
  const { RegistryDoor } = await import('../registry/index.ts')
  const logger = doors.logger.with({ part: 'registry' })
  const own = { ...doors, logger }
  const { listeners, ways } = ownRegistry(httpListeners(registry, own), {
    speaker: consoleSpeaker('registry', own),
    audit: doors.audit,
  })
  const door = await listening('The schema registry', () =>
    RegistryDoor.open({ listeners, client, logger, metrics }),
  )
  return { ...ways(door.addresses), close: () => door.close() }
}

/** The way to a registry that is named, which is the same for all parts. */
async function wayElsewhere({ registry }: Config) {
  if (registry?.urls === undefined) return undefined
  const { wayToRegistry } = await import('../client/registry/index.ts')
  const way = wayToRegistry({ ...registry.config, 'schema.registry.url': registry.urls.join() })
  return (_part: RegistryGuest) => way
}

/** Beside its own broker a process is the only one, and after a crash it takes up at once what it did. */
function instanceOf({ kafka }: Config): string | undefined {
  return kafka.brokers === undefined ? 'leat' : undefined
}

/**
 * By what a worker knows its connectors after a restart: its address, where that is the same then; its
 * name, where it has one, or comes to another port each time.
 */
function ownerOf({ name, connect }: Config): string | undefined {
  const isAnywhere = connect?.advertised === undefined && connect?.bind.port === 0
  return name !== usualName || isAnywhere ? name : undefined
}

async function openPipelines(
  config: Config,
  clients: InsideClients,
  registry: WayToRegistry,
  logger: Logger,
  metrics: Metrics,
) {
  const { pipelines } = config
  if (pipelines === undefined) return undefined
  const [client, { groupOf, Pipelines }, { RegistryClient }] = await Promise.all([
    clients.of('pipelines'),
    import('../pipelines/index.ts'),
    import('../client/registry/index.ts'),
  ])
  const running = Pipelines.open({
    pipelines,
    client,
    instance: instanceOf(config),
    ...(registry.urls.length > 0 && { registry: new RegistryClient(registry) }),
    logger: logger.with({ part: 'pipelines' }),
    metrics,
  })
  return {
    close: () => running.close(),
    told: () =>
      running.status.map((status) => {
        const { from = [], to = [] } = pipelines[status.name] ?? {}
        const topics = [...new Set(to.flatMap(({ topic }) => topic ?? []))]
        return { ...status, group: groupOf(status.name), from, to: topics }
      }),
  }
}

async function openConnect(
  doors: DoorParts,
  clients: InsideClients,
  registry: WayToRegistry,
  metrics: Metrics,
  tell: Tell | undefined,
) {
  const { config } = doors
  const { connect } = config
  if (connect === undefined) return undefined
  const [{ ConnectWorker }, { connectors: plugins }, connectors] = await Promise.all([
    import('../connect/index.ts'),
    import('../connectors/index.ts'),
    connectorsOf(config),
  ])
  const { advertised } = connect
  const logger = doors.logger.with({ part: 'connect' })
  const speaker = consoleSpeaker('connect', { ...doors, logger })
  const inside = speaker && insideDoor([speaker.part], { speaker })
  const worker = await listening('Connect', () =>
    ConnectWorker.open({
      listeners: [
        ...httpListeners(connect, { ...doors, logger }),
        ...(inside === undefined ? [] : [inside.listener]),
      ],
      ...(advertised !== undefined && { advertised }),
      brokers: clients.brokers,
      security: clients.securityOf('connect'),
      plugins,
      group: connect['group.id'],
      instance: instanceOf(config),
      owner: ownerOf(config),
      connectors: { ...connectors, ...mirrorConnectors(config.mirrors ?? []) },
      ...(tell !== undefined && { onDeclared: tellConnector(tell) }),
      config: {
        ...keysOfRegistry(config, registry),
        ...connect.config,
      },
      environment: process.env,
      logger,
      metrics,
    }),
  )
  const { addresses, wayOf } = waysInto(inside, worker.addresses)
  return { addresses, wayOfConsole: () => wayOf('console'), close: () => worker.close() }
}

/** What pipelines are made of is loaded where there are pipelines only. */
async function connectorsOf(config: Config) {
  if (config.pipelines === undefined) return config.connect?.connectors ?? {}
  const { connectorsWithSinks } = await import('./pipeline-sinks.ts')
  return connectorsWithSinks(config)
}

/** An embedded broker knows itself whether it takes records; a cluster is asked, none is no reason to wait. */
async function healthOf(
  { kafka }: Config,
  broker: Broker | undefined,
  clients: InsideClients,
): Promise<Health> {
  if (!kafka.enabled) return { ready: true }
  if (broker !== undefined) return broker.health()
  try {
    const client = await clients.of('mqtt')
    await client.topics([])
    return { ready: true }
  } catch (error) {
    return { ready: false, why: error instanceof Error ? error.message : String(error) }
  }
}
