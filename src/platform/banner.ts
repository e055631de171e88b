/** What `leat up` says when it is up: where everything is, what it promises, and lines to try it. */
import { resolve } from 'node:path'
import { hasRules } from './access.ts'
import { type Address, expandBind, formatAddress, isLoopback } from './addresses.ts'
import type { Config } from './config.ts'
import { letsAnybodyIn, waysToConsole } from './console-auth.ts'
import type { Running } from './start.ts'

const promises = {
  disk: 'An acknowledged record is on disk: it survives a power cut (durability: disk).',
  os: 'An acknowledged record survives the end of leat, not a power cut (durability: os).',
}

export function banner(config: Config, running: Running, version: string): string {
  const { brokers, durability } = config.kafka
  const doors = kafkaDoors(config, running)
  const kafka = doors.map(({ address, asks }) =>
    [formatAddress(address), ...(asks.length > 0 ? [`(${asks.join(', ')})`] : [])].join(' '),
  )
  const addressesOf = (some: typeof doors) => some.map(({ address }) => address)
  const where = [
    row('Kafka', kafka.join(', ')),
    row('MQTT', running.mqtt.map(formatAddress).join(', '), '(TCP and WebSocket)'),
    row('Registry', urls(running.registry, config.registry, '')),
    row('Connect', urls(running.connect, config.connect, '/connectors')),
    row('Console', urls(running.console, config.console, '/')),
    row('Health', urls(running.console, config.console, '/readyz')),
    row('Metrics', urls(running.console, config.console, '/metrics')),
  ]
  if (!config.kafka.enabled) {
    const said = 'No Kafka is enabled, so nothing is started that works with one.'
    return [`leat ${version} is up.`, said, '', ...where.flat(), ''].join('\n')
  }
  return [
    `leat ${version} is up.`,
    brokers === undefined
      ? `${promises[durability]}\nData: ${resolve(config.data)}`
      : 'Records go to an existing Kafka cluster.',
    '',
    ...where.flat(),
    '',
    'Try it; each line works as it is:',
    ...kafkaLines(addressesOf(doors.filter(({ asks }) => asks.length === 0))),
    ...tlsLines(addressesOf(doors.filter(({ isSecure }) => isSecure))),
    ...mqttLines(running.mqtt),
    ...registryLines(running.registry, config),
    '',
  ].join('\n')
}

/** A sentence for each door that is open to other machines, and to whoever comes or listens. */
export function exposures(config: Config): string[] {
  const { kafka, mqtt, registry, connect } = config
  const console = config.console && { ...config.console, auth: waysToConsole(config) }
  const listeners = kafka.enabled && kafka.brokers === undefined ? kafka.listeners : []
  const open = listeners.filter(letsAnybodyIn)
  const overheard = listeners.filter(
    ({ auth, tls }) => tls === undefined && auth?.some((name) => !name.startsWith('SCRAM')),
  )
  const own = registry?.urls === undefined ? registry : undefined
  const http = Object.entries({
    'The schema registry': own,
    Connect: connect,
    'The console': console,
  }).flatMap(([name, door]) => (door === undefined ? [] : [{ name, door }]))
  const doors: Exposed[] = [
    ['Kafka', open],
    ['MQTT', (mqtt?.listeners ?? []).filter(letsAnybodyIn)],
    ...http.map(({ name, door }): Exposed => [name, [door].filter(letsAnybodyIn)]),
  ]
  return [
    ...doors.flatMap(([name, all]) =>
      outward(all).map(
        (address) =>
          `${name} listens on ${address} WITHOUT AUTHENTICATION: whoever reaches it may read and write everything. Bind it to localhost, or keep a firewall before it.`,
      ),
    ),
    ...outward(overheard).map(
      (address) =>
        `Kafka listens on ${address} WITHOUT TLS: the passwords of PLAIN and tokens travel in clear. Give it 'tls', or offer SCRAM alone.`,
    ),
    ...http.flatMap(({ name, door }) =>
      outward(door.tls === undefined && door.auth !== undefined ? [door] : []).map(
        (address) =>
          `${name} listens on ${address} WITHOUT TLS: passwords and tokens travel in clear. Give it 'tls'.`,
      ),
    ),
  ]
}

interface Door {
  readonly auth: readonly string[] | undefined
  readonly tls: { readonly clientAuth: string } | undefined
}

/** What a part is called, and the doors of it that are meant. */
type Exposed = [name: string, doors: { readonly bind: Address }[]]

/** Where doors are that other machines reach. */
function outward(doors: readonly { readonly bind: Address }[]): string[] {
  return doors.filter(({ bind }) => !isLoopback(bind.host)).map(({ bind }) => formatAddress(bind))
}

/** Kafka's addresses, each with what it asks of its clients. */
function kafkaDoors({ kafka }: Config, running: Running) {
  const listeners = kafka.brokers === undefined ? kafka.listeners : []
  const doors = listeners.flatMap((door) => expandBind(door.bind).map(() => door))
  return running.kafka.map((address, index) => {
    const { tls, auth } = doors[index] ?? {}
    const asks = [...(tls === undefined ? [] : ['TLS']), ...(auth ?? [])]
    return { address, isSecure: tls !== undefined, asks }
  })
}

function tlsLines([address]: readonly Address[]): string[] {
  if (address === undefined) return []
  return row(
    'openssl',
    `openssl s_client -connect ${formatAddress(local(address))} -brief </dev/null`,
  )
}

function kafkaLines([address]: readonly Address[]): string[] {
  if (address === undefined) return []
  const server = formatAddress(local(address))
  return [
    row('kcat', `echo hello | kcat -b ${server} -t hello -P && kcat -b ${server} -t hello -C -e`),
    row(
      'Python',
      `python3 -c "from confluent_kafka import Producer as P; p = P({'bootstrap.servers': '${server}'}); p.produce('hello', 'hi'); p.flush()"`,
    ),
    row(
      'Java',
      `kafka-console-consumer.sh --bootstrap-server ${server} --topic hello --from-beginning`,
    ),
    row('leat', `echo hello | leat produce hello -b ${server}`),
  ].flat()
}

function mqttLines([address]: readonly Address[]): string[] {
  if (address === undefined) return []
  const { host, port } = local(address)
  return [
    row('mosquitto', `mosquitto_pub -h ${host} -p ${port} -q 1 -t plant/pump-1 -m 46.7`),
    row(
      'Python',
      `python3 -c "import paho.mqtt.publish as p; p.single('plant/pump-1', '46.7', qos=1, hostname='${host}', port=${port})"`,
    ),
  ].flat()
}

/** A line that works as it is: to one whom nobody has to tell anything. */
function registryLines([address]: readonly Address[], { registry, access }: Config): string[] {
  const isAsked = registry?.auth !== undefined || registry?.tls !== undefined || hasRules(access)
  if (address === undefined || isAsked) return []
  const url = `http://${formatAddress(local(address))}`
  return row(
    'curl',
    `curl ${url}/subjects/readings-value/versions --json '{"schema": "\\"long\\""}'`,
  )
}

/** An address to type: what listens everywhere is reached at loopback. */
function local({ host, port }: Address): Address {
  return { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port }
}

function urls(
  addresses: readonly Address[],
  door: Pick<Door, 'tls'> | undefined,
  path: string,
): string {
  return addresses
    .map((address) => `${schemeOf(door)}://${formatAddress(address)}${path}`)
    .join(', ')
}

/** How a door for HTTP is spoken with. */
export function schemeOf(door: { readonly tls?: unknown } | undefined): 'http' | 'https' {
  return door?.tls === undefined ? 'http' : 'https'
}

function row(name: string, value: string, note = ''): string[] {
  return value === '' ? [] : [`  ${name.padEnd(10)} ${value} ${note}`.trimEnd()]
}
