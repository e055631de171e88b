import { isIPv6 } from 'node:net'
import { serviceError } from './errors.ts'
import { isMapping, listAt, type Settings, wrong } from './values.ts'

const defaultPorts: Readonly<Record<string, readonly [plain: number, tls: number]>> = {
  kafka: [9092, 9092],
  mqtt: [1883, 8883],
}
const webSocketPorts = [80, 443] as const
const greatestPort = 65_535

/**
 * `host:port` of every broker; none where the type of a service has none. The port of TLS is the default
 * wherever TLS is asked for, in files of version 3 too, where SINETStream for Python forgets it.
 * @throws InvalidArgumentError, InvalidConfigError
 */
export function brokersOf(parameters: Settings, type: string, spec: Settings): string[] {
  const given = listAt(parameters, 'brokers')?.flatMap((text) => text.split(','))
  if (type === 's3') {
    if (given !== undefined) throw serviceError('brokers-forbidden', undefined)
    return []
  }
  const portsOfType = defaultPorts[type]
  // Whether there is such a type is said by whoever lists the transports.
  if (portsOfType === undefined) return []
  if (given === undefined || given.length === 0) {
    const cure = "give HOST:PORT, such as '127.0.0.1:9092'"
    throw serviceError('parameter-missing', { name: 'brokers', cure })
  }
  if (type === 'mqtt' && given.length > 1) throw wrong('brokers', given, 'one broker for mqtt')
  const ports = type === 'mqtt' && spec.transport === 'websockets' ? webSocketPorts : portsOfType
  const port = ports[asksForTls(parameters) || asksForTls(spec) ? 1 : 0]
  return given.map((broker) => withPort(broker.trim(), port))
}

/** `tls_set` is paho's name, in files of versions 1 and 2. */
function asksForTls({ tls, tls_set }: Settings): boolean {
  return [tls, tls_set].some((one) => one === true || isMapping(one))
}

/** The forms that kafka-python takes: a name, an IPv4 or IPv6 address, the latter in brackets before a port. */
function withPort(broker: string, defaultPort: number): string {
  if (isIPv6(broker)) return `[${broker}]:${defaultPort}`
  const [, host, port] = /^(\[[^[\]]+\]|[^:[\]\s/]+)(?::(\d+))?$/.exec(broker) ?? []
  if (host === undefined || Number(port ?? defaultPort) > greatestPort || Number(port) === 0) {
    // What stands before an @ would be a user and a password.
    throw wrong('brokers', broker.replace(/^.*@/, '…@'), "HOST:PORT, such as '127.0.0.1:9092'")
  }
  return `${host}:${port ?? defaultPort}`
}
