import { isIPv6 } from 'node:net'
import { clientError } from './errors.ts'

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

const defaultPort = 9092

/** Reads `host`, `host:port`, `[ipv6]` and `[ipv6]:port`; throws `broker-address-invalid`. */
export function parseBrokerAddress(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/.exec(text.trim())
  const [, six, name, digits] = match ?? []
  const port = digits === undefined ? defaultPort : Number(digits)
  const host = six ?? name
  if (host === undefined || (six !== undefined && !isIPv6(six)) || port < 1 || port > 65_535) {
    throw clientError('broker-address-invalid', { address: text })
  }
  return { host, port }
}

export function formatBrokerAddress({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
