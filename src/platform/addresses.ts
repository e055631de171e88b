/** Addresses as people write them: HOST:PORT, with an IPv6 host in brackets. */
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Reads `HOST:PORT`, `[IPV6]:PORT`; undefined where the text is no address. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<name>[^\s:[\]/]+)):(?<port>\d{1,5})$/.exec(text.trim())
  const { six, name, port } = match?.groups ?? {}
  if (port === undefined || Number(port) > 65_535) return undefined
  if (six !== undefined && !isIPv6(six)) return undefined
  return { host: six ?? name ?? '', port: Number(port) }
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * The addresses that one `bind` stands for: `localhost` is 127.0.0.1 and, where the machine has it,
 * ::1. With port 0 it is 127.0.0.1 alone, because the two would get different ports.
 */
export function expandBind(bind: Address, hasIpv6Loopback = machineHasIpv6Loopback()): Address[] {
  if (bind.host.toLowerCase() !== 'localhost') return [bind]
  const four = { host: '127.0.0.1', port: bind.port }
  return hasIpv6Loopback && bind.port !== 0 ? [four, { host: '::1', port: bind.port }] : [four]
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function machineHasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  )
}
