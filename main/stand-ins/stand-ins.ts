/** The systems that can be played. Each is loaded only when it is asked for. */
import type { StandIn } from './kit/stand-in.ts'

export { faultsOf, readFault, type AskedFault } from './kit/named-faults.ts'
export { openStandIn, type OpenStandIn, type StartOptions } from './kit/open-stand-in.ts'
export type { StandIn } from './kit/stand-in.ts'

/** As their adapters are called. */
export const standInNames = [
  'tagserver',
  'ems',
  'runsignup',
  'mailchimp',
  'mautic',
  'mock-sync-server',
  'openfn',
  'http',
  'planning-center',
  'chatwoot',
  'openspp',
] as const
export type StandInName = (typeof standInNames)[number]

const loaders: Readonly<Record<StandInName, () => Promise<StandIn>>> = {
  tagserver: async () => (await import('./tagserver/stand-in.ts')).tagserver,
  ems: async () => (await import('./ems/stand-in.ts')).ems,
  runsignup: async () => (await import('./runsignup/stand-in.ts')).runsignup,
  mailchimp: async () => (await import('./mailchimp/stand-in.ts')).mailchimp,
  mautic: async () => (await import('./mautic/stand-in.ts')).mautic,
  'mock-sync-server': async () => (await import('./mock-sync-server/stand-in.ts')).mockSyncServer,
  openfn: async () => (await import('./openfn/stand-in.ts')).openfn,
  http: async () => (await import('./http/stand-in.ts')).http,
  'planning-center': async () => (await import('./planning-center/stand-in.ts')).planningCenter,
  chatwoot: async () => (await import('./chatwoot/stand-in.ts')).chatwoot,
  openspp: async () => (await import('./openspp/stand-in.ts')).openspp,
}

export function isStandInName(name: string): name is StandInName {
  return Object.hasOwn(loaders, name)
}

export function loadStandIn(name: StandInName): Promise<StandIn> {
  return loaders[name]()
}
