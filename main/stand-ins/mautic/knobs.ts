/** What a test can turn at the Mautic stand-in, besides the kit's faults. */
export interface MauticKnobs {
  /** The interface is switched off, as it is after Mautic was installed. */
  readonly apiOff: boolean
  /** Basic authentication is switched off. */
  readonly basicOff: boolean
  /** The client was made by somebody who is no administrator. */
  readonly plainClient: boolean
  /** How long an access token holds, seconds. */
  readonly tokenSeconds: number
  /** Rows one batch takes. */
  readonly batchLimit: number
  /** An empty collection is a list and `total` a number, as in older releases. */
  readonly olderShapes: boolean
  /**
   * When `dateModified` is set: with the first edit (5), already when made (7), or never again after that (6.0.4).
   */
  readonly modified: 'on-edit' | 'on-create' | 'stuck'
  /** Text comes back as it stands in a web page: `&` as `&amp;`. */
  readonly escaped: boolean
  /** Aliases of which any one with the same value makes two contacts one. */
  readonly unique: readonly string[]
  /** Ids of contacts somebody has open in a browser. */
  readonly open: readonly number[]
  /** Ids of contacts that no segment takes. */
  readonly unsegmented: readonly number[]
  /** The `Mautic-Version` of each answer; null: none, as from a proxy. */
  readonly version: string | null
}

/** Mautic 5.1 with its interface switched on. */
export const plainKnobs: MauticKnobs = {
  apiOff: false,
  basicOff: false,
  plainClient: false,
  tokenSeconds: 3_600,
  batchLimit: 200,
  olderShapes: false,
  modified: 'on-edit',
  escaped: false,
  unique: ['email'],
  open: [],
  unsegmented: [],
  version: '5.1.0',
}
