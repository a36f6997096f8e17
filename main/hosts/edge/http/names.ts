/** By which names and addresses a server on a given host is reached. */
import { BlockList, isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { isLoopbackAddress, literalAddress } from '../../forbidden-addresses.ts'

const everywhere = new BlockList()
everywhere.addAddress('0.0.0.0', 'ipv4')
everywhere.addAddress('::', 'ipv6')

/** True for an address only programs on this computer can reach. */
export function isLoopbackHost(host: string): boolean {
  const address = literalAddress(host)
  return address === null ? host.toLowerCase() === 'localhost' : isLoopbackAddress(address)
}

/** The names a request to a server listening on `host` may carry. */
export function namesFor(host: string): readonly string[] {
  const local = ['127.0.0.1', 'localhost', '::1']
  if (isLoopbackHost(host)) return [...new Set([host, ...local])]
  if (!isEverywhere(host)) return [host]
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  )
  return [...new Set([...local, hostname(), ...addresses])]
}

/** The host part of a URL people can open: an address that stands for all of them becomes this computer's name. */
export function urlHost(host: string): string {
  if (isEverywhere(host)) return hostname()
  return isIP(host) === 6 ? `[${host}]` : host
}

function isEverywhere(host: string): boolean {
  const version = isIP(host)
  return version !== 0 && everywhere.check(host, version === 4 ? 'ipv4' : 'ipv6')
}
