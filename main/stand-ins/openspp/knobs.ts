/** What a test can turn on the OpenSPP stand-in, besides the kit's faults. */
export interface OpensppKnobs {
  /** Which modules the registry is made of. */
  readonly family: 'g2p' | 'spp'
  /** Of Odoo: 17 has JSON-RPC only, 19 JSON-2 as well, and compares times in whole seconds. */
  readonly release: 17 | 19
  /** The older interface is switched off: its path is not there. */
  readonly rpcOff: boolean
  /** Writes meet another one and are given up by the database, so many times. */
  readonly collisions: number
}

/** OpenSPP 17, as most sites have it. */
export const plainKnobs: OpensppKnobs = {
  family: 'g2p',
  release: 17,
  rpcOff: false,
  collisions: 0,
}
