/** What `leat up` says when it is up: where everything is, what it promises, and lines to try it. */
import { resolve } from 'node:path'
import { type Address, expandBind, formatAddress, isLoopback } from './addresses.ts'
import type { Config } from './config.ts'
import type { Running } from './start.ts'

const promises = {
  disk: 'An acknowledged record is on disk: it survives a power cut (durability: disk).',
  os: 'An acknowledged record survives the end of leat, not a power cut (durability: os).',
}

export function banner(config: Config, running: Running, version: string): string {
  const { brokers, durability } = config.kafka
  const secure = secureAddresses(config, running)
  const kafka = running.kafka.map(
    (one) => `${formatAddress(one)}${secure.includes(one) ? ' (TLS)' : ''}`,
  )
  const where = [
    row('Kafka', kafka.join(', ')),
    row('MQTT', running.mqtt.map(formatAddress).join(', '), '(TCP and WebSocket)'),
    row('Registry', urls(running.registry, '')),
    row('Connect', urls(running.connect, '/connectors')),
    row('Health', urls(running.console, '/readyz')),
    row('Metrics', urls(running.console, '/metrics')),
  ]
  return [
    `leat ${version} is up.`,
    brokers === undefined
      ? `${promises[durability]}\nData: ${resolve(config.data)}`
      : 'Records go to an existing Kafka cluster.',
    '',
    ...where.flat(),
    '',
    'Try it; each line works as it is:',
    ...kafkaLines(running.kafka.filter((one) => !secure.includes(one))),
    ...secure.slice(0, 1).flatMap(tlsLines),
    ...mqttLines(running.mqtt),
    ...registryLines(running.registry),
    '',
  ].join('\n')
}

/** A sentence for each door that is open to other machines, and to whoever comes. */
export function exposures({ kafka, mqtt, registry, connect, console }: Config): string[] {
  const listeners = kafka.brokers === undefined ? kafka.listeners : []
  const open = listeners.filter(
    ({ auth, tls }) => auth === undefined && tls?.clientAuth !== 'required',
  )
  const doors: [string, Address[]][] = [
    ['Kafka', open.map(({ bind }) => bind)],
    ['MQTT', mqtt?.listeners.map(({ bind }) => bind) ?? []],
    ['The schema registry', registry === undefined ? [] : [registry.bind]],
    ['Connect', connect === undefined ? [] : [connect.bind]],
    ['HTTP', console === undefined ? [] : [console.bind]],
  ]
  return doors.flatMap(([name, binds]) =>
    binds
      .filter(({ host }) => !isLoopback(host))
      .map(
        (bind) =>
          `${name} listens on ${formatAddress(bind)} WITHOUT AUTHENTICATION: whoever reaches it may read and write everything. Bind it to localhost, or keep a firewall before it.`,
      ),
  )
}

/** Kafka's addresses at which TLS is spoken. */
function secureAddresses({ kafka }: Config, running: Running): Address[] {
  if (kafka.brokers !== undefined) return []
  const isSecure = kafka.listeners.flatMap(({ bind, tls }) =>
    expandBind(bind).map(() => tls !== undefined),
  )
  return running.kafka.filter((_, index) => isSecure[index])
}

function tlsLines(address: Address): string[] {
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

function registryLines([address]: readonly Address[]): string[] {
  if (address === undefined) return []
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

function urls(addresses: readonly Address[], path: string): string {
  return addresses.map((address) => `http://${formatAddress(address)}${path}`).join(', ')
}

function row(name: string, value: string, note = ''): string[] {
  return value === '' ? [] : [`  ${name.padEnd(10)} ${value} ${note}`.trimEnd()]
}
