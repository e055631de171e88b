import { isIPv6 } from 'node:net'

/** An address as Java prints it, which is how rules of access name hosts: IPv6 in eight groups. */
export function hostAddress(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  if (!isIPv6(plain)) return plain
  const [left = '', right] = plain.replace(/%.*$/, '').split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [first, last] = [groups(left), groups(right ?? '')]
  const zeros = right === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array.from({ length: zeros }, () => '0'), ...last]
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** The network that an address of IPv6 belongs to (/64), which one machine has to itself; one of IPv4 stands for itself. */
export function networkOf(host: string): string {
  return isIPv6(host) ? `${host.split(':').slice(0, networkGroups).join(':')}::/64` : host
}

const networkGroups = 4
