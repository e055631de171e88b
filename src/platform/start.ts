/**
 * Starts what a configuration names, the broker first, and stops it in reverse. Kafka clients are
 * accepted before the other parts are even loaded.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Principal } from '../access/principal.ts'
import { principalMapping } from '../access/principal-mapping.ts'
import type { Logger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import type { Broker, ListenerAddress } from '../broker/index.ts'
import type { KafkaClient } from '../client/index.ts'
import { accessOptions } from './access.ts'
import { type Address, expandBind, formatAddress } from './addresses.ts'
import type { Config } from './config.ts'
import type { Health } from './http.ts'
import { LateRegistry } from './late-registry.ts'
import { listening } from './listening.ts'
import { loginOptions } from './logins.ts'
import { mirrorConnectors } from './mirrors.ts'
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

/** Who the parts of this process are where users have rights: nobody can log in under such a type. */
const inside: Principal = { type: 'Internal', name: 'leat' }

/** Throws, with nothing left running, where a part cannot start. */
export async function start(config: Config, logger: Logger): Promise<Running> {
  await using parts = new AsyncDisposableStack()
  const metrics = new Metrics()
  const embedded = config.kafka.brokers === undefined
  const schemas = config.registry === undefined ? undefined : new LateRegistry()
  const broker = embedded
    ? parts.use(await openBroker(config, schemas, logger, metrics))
    : undefined
  // A client that waits for the broker alone is answered before the rest is loaded.
  await nextTurn()
  const client = await openClient(config, broker, logger)
  parts.defer(() => client?.close())
  const mqtt = await openMqtt(config, client, schemas, logger, metrics)
  parts.defer(() => mqtt?.close())
  const registry = await openRegistry(config, client, logger, metrics)
  parts.defer(() => registry?.close())
  const schemaUrls = registryUrls(config, registry)
  schemas?.openAt(schemaUrls)
  const pipelines = await openPipelines(config, client, schemaUrls, logger, metrics)
  parts.defer(() => pipelines?.close())
  const connect = await openConnect(config, broker, schemaUrls, logger, metrics)
  parts.defer(() => connect?.close())
  const health = () => healthOf(broker, client)
  const http = await openHttp(config, health, metrics)
  parts.defer(() => http?.close())

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

async function openBroker(
  config: Config,
  schemas: LateRegistry | undefined,
  logger: Logger,
  metrics: Metrics,
): Promise<Broker> {
  const { Broker } = await import('../broker/index.ts')
  const { durability, topics, config: keys } = config.kafka
  const listeners = kafkaListeners(config)
  const access = accessOptions(config.access, inside)
  const own = { host: '127.0.0.1', port: 0, ...(access !== undefined && { principal: inside }) }
  // The parts of this process must not be sent to an advertised address, which may be known
  // outside only, and have rights of their own.
  const hasOwnDoor = access === undefined && listeners.some(isOpenInside)
  return await listening('Kafka', () =>
    Broker.open({
      directory: config.data,
      durability,
      listeners: hasOwnDoor ? listeners : [...listeners, own],
      access,
      quotas: config.access?.quotas ?? [],
      logins: loginOptions(config.access),
      config: keys,
      topics,
      ...(schemas !== undefined && { schemaIds: registeredIds(schemas) }),
      logger: logger.with({ part: 'kafka' }),
      metrics,
    }),
  )
}

async function openClient(
  config: Config,
  broker: Broker | undefined,
  logger: Logger,
): Promise<KafkaClient | undefined> {
  const users = [config.mqtt, config.registry, config.pipelines]
  if (broker !== undefined && users.every((one) => one === undefined)) return undefined
  const { KafkaClient } = await import('../client/index.ts')
  return new KafkaClient({
    brokers: brokersOf(config, broker),
    security: config.kafka,
    clientId: 'leat',
    logger: logger.with({ part: 'client' }),
  })
}

/** Where the rooms above find their broker: one address of our own, or the cluster's. */
function brokersOf(config: Config, broker: Broker | undefined): string[] {
  const doors = broker?.addresses ?? []
  const own = doors.find(({ principal }) => principal === inside) ?? doors.find(isOpenInside)
  return (config.kafka.brokers ?? (own === undefined ? [] : [own])).map(reachable)
}

/** Whether the parts of this process can use a door: at its own address, without a login. */
function isOpenInside({ advertised, tls, auth }: ListenerAddress): boolean {
  return advertised === undefined && tls === undefined && auth === undefined
}

/** The address at which this machine reaches what listens everywhere. */
function reachable({ host, port }: Address): string {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  return formatAddress({ host: everywhere[host] ?? host, port })
}

async function openMqtt(
  { mqtt }: Config,
  client: KafkaClient | undefined,
  schemas: LateRegistry | undefined,
  logger: Logger,
  metrics: Metrics,
) {
  if (mqtt === undefined || client === undefined) return undefined
  const [{ MqttDoor }, { routeOf }] = await Promise.all([
    import('../mqtt/index.ts'),
    import('./route-schemas.ts'),
  ])
  const routes = await Promise.all(mqtt.routes.map(routeOf))
  return await listening('MQTT', () =>
    MqttDoor.open({
      listeners: mqtt.listeners.flatMap(({ bind }) => expandBind(bind)),
      routes,
      ...(schemas !== undefined && { registry: () => schemas.client() }),
      limits: mqtt.limits,
      client,
      logger: logger.with({ part: 'mqtt' }),
      metrics,
    }),
  )
}

async function openRegistry(
  { registry }: Config,
  client: KafkaClient | undefined,
  logger: Logger,
  metrics: Metrics,
) {
  if (registry === undefined || registry.urls !== undefined || client === undefined)
    return undefined
  const { RegistryDoor } = await import('../registry/index.ts')
  return await listening('The schema registry', () =>
    RegistryDoor.open({
      listeners: expandBind(registry.bind),
      client,
      logger: logger.with({ part: 'registry' }),
      metrics,
    }),
  )
}

/** Beside its own broker a process is the only one, and after a crash it takes up at once what it did. */
function instanceOf({ kafka }: Config): string | undefined {
  return kafka.brokers === undefined ? 'leat' : undefined
}

/** Where schemas are asked for: at our own registry, or at the one that is named. */
function registryUrls(
  { registry }: Config,
  own: { readonly addresses: readonly Address[] } | undefined,
): readonly string[] {
  const [address] = own?.addresses ?? []
  if (address !== undefined) return [`http://${reachable(address)}`]
  return registry?.urls ?? []
}

async function openPipelines(
  config: Config,
  client: KafkaClient | undefined,
  schemaUrls: readonly string[],
  logger: Logger,
  metrics: Metrics,
) {
  const { pipelines } = config
  if (pipelines === undefined || client === undefined) return undefined
  const [{ Pipelines }, { RegistryClient }] = await Promise.all([
    import('../pipelines/index.ts'),
    import('../client/registry/index.ts'),
  ])
  return Pipelines.open({
    pipelines,
    client,
    instance: instanceOf(config),
    ...(schemaUrls.length > 0 && { registry: new RegistryClient({ urls: schemaUrls }) }),
    logger: logger.with({ part: 'pipelines' }),
    metrics,
  })
}

async function openConnect(
  config: Config,
  broker: Broker | undefined,
  schemaUrls: readonly string[],
  logger: Logger,
  metrics: Metrics,
) {
  const { connect } = config
  if (connect === undefined) return undefined
  const brokers = brokersOf(config, broker)
  const [{ ConnectWorker }, { connectors: plugins }, connectors] = await Promise.all([
    import('../connect/index.ts'),
    import('../connectors/index.ts'),
    connectorsOf(config),
  ])
  const { bind, advertised } = connect
  return await listening('Connect', () =>
    ConnectWorker.open({
      listeners: expandBind(bind),
      ...(advertised !== undefined && { advertised }),
      brokers,
      security: config.kafka,
      plugins,
      group: connect['group.id'],
      instance: instanceOf(config),
      connectors: { ...connectors, ...mirrorConnectors(config.mirrors ?? [], brokers) },
      config: {
        ...(schemaUrls.length > 0 && { 'schema.registry.url': schemaUrls.join(',') }),
        ...connect.config,
      },
      environment: process.env,
      logger: logger.with({ part: 'connect' }),
      metrics,
    }),
  )
}

/** What pipelines are made of is loaded where there are pipelines only. */
async function connectorsOf(config: Config) {
  if (config.pipelines === undefined) return config.connect?.connectors ?? {}
  const { connectorsWithSinks } = await import('./pipeline-sinks.ts')
  return connectorsWithSinks(config)
}

async function openHttp({ console }: Config, health: () => Promise<Health>, metrics: Metrics) {
  if (console === undefined) return undefined
  const { openHttpDoors } = await import('./http.ts')
  return await listening('HTTP', () =>
    openHttpDoors({ listeners: expandBind(console.bind), health, metrics }),
  )
}

/** An embedded broker knows itself whether it takes records; a cluster is asked. */
async function healthOf(
  broker: Broker | undefined,
  client: KafkaClient | undefined,
): Promise<Health> {
  if (broker !== undefined) return broker.health()
  try {
    await client?.topics([])
    return { ready: true }
  } catch (error) {
    return { ready: false, why: error instanceof Error ? error.message : String(error) }
  }
}
