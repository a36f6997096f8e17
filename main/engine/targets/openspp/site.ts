/** A site as a connection knows it: how to call it, and what it calls things, asked once. */
import { families, readGenders, readIdType, type Family, type Genders } from './families.ts'
import type { Odoo } from './odoo.ts'

export type { Gender } from './families.ts'

export interface Site {
  readonly odoo: Odoo
  readonly family: Family
  readonly removal: 'disable' | 'archive'
  /** Calls in flight. */
  readonly lanes: number
  /** The site's clock, ms. */
  now(): number
  /** The same by its newest answer, microseconds; null before it has told. */
  serverStamp(): number | null
  genders(signal: AbortSignal): Promise<Genders>
  /** Id of the type of identity numbers that travel, null where none do. */
  idType(signal: AbortSignal): Promise<number | null>
}

/** The site behind a connection; asks nothing yet. */
export function siteOf(
  odoo: Odoo,
  given: Pick<Site, 'removal' | 'lanes' | 'now' | 'serverStamp'> & {
    readonly family: 'g2p' | 'spp'
    readonly idType: string
  },
): Site {
  const family = families[given.family]
  return {
    ...{ odoo, family, removal: given.removal, lanes: given.lanes, now: given.now },
    serverStamp: given.serverStamp,
    genders: once((signal) => readGenders(odoo, family, signal)),
    idType: once(async (signal) =>
      given.idType === '' ? null : readIdType(odoo, family, given.idType, signal),
    ),
  }
}

/** Asks once, and again after a failure. */
function once<T>(ask: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let known: Promise<T> | null = null
  return (signal) => {
    known ??= ask(signal).catch((error: unknown) => {
      known = null
      throw error
    })
    return known
  }
}
