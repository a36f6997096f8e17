/** Addresses no target lives at: a configuration that leads there is a mistake or an attack. */
import { BlockList, isIP, isIPv4 } from 'node:net'

const forbidden = new BlockList()
// Link-local, which holds the metadata services of the large clouds (169.254.169.254 and neighbours).
forbidden.addSubnet('169.254.0.0', 16, 'ipv4')
forbidden.addSubnet('fe80::', 10, 'ipv6')
// "This host": connects to the loopback interface on many systems.
forbidden.addSubnet('0.0.0.0', 8, 'ipv4')
forbidden.addAddress('::', 'ipv6')
// Metadata services outside the link-local range (Amazon over IPv6, Alibaba, Oracle).
forbidden.addAddress('fd00:ec2::254', 'ipv6')
forbidden.addAddress('100.100.100.200', 'ipv4')
forbidden.addAddress('192.0.0.192', 'ipv4')

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** IPv6 forms that carry an IPv4 address in their last 32 bits: compatible, NAT64; 6to4 carries it in bits 16 to 48. */
const carriers = [
  { prefix: '::', bits: 96, at: 6 },
  { prefix: '::ffff:0:0', bits: 96, at: 6 },
  { prefix: '::ffff:0:0:0', bits: 96, at: 6 },
  { prefix: '64:ff9b::', bits: 96, at: 6 },
  { prefix: '64:ff9b:1::', bits: 48, at: 6 },
  { prefix: '2002::', bits: 16, at: 1 },
].map(({ prefix, bits, at }) => {
  const list = new BlockList()
  list.addSubnet(prefix, bits, 'ipv6')
  return { list, at }
})

/** True for an IP address that must never be connected to, in any of its spellings. */
export function isForbiddenAddress(address: string): boolean {
  // The loopback address ::1 would otherwise read as the IPv4-compatible form of 0.0.0.1.
  return !isLoopbackAddress(address) && matches(forbidden, address)
}

/** True for an IP address of this computer's own loopback interface. */
export function isLoopbackAddress(address: string): boolean {
  return matches(loopback, address)
}

/** Host part of a URL as an IP address, or null where it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(bare) === 0 ? null : bare
}

function matches(list: BlockList, address: string): boolean {
  const bare = address.split('%')[0] ?? address
  if (isIPv4(bare)) return list.check(bare, 'ipv4')
  if (list.check(bare, 'ipv6')) return true
  const inner = carriedIpv4(bare)
  return inner !== null && list.check(inner, 'ipv4')
}

function carriedIpv4(address: string): string | null {
  const carrier = carriers.find(({ list }) => list.check(address, 'ipv6'))
  if (!carrier) return null
  // The URL parser writes IPv6 in one form: eight groups at most, no dotted tail.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [left = '', right] = text.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const groups = [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16))
  const high = groups[carrier.at] ?? 0
  const low = groups[carrier.at + 1] ?? 0
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}
