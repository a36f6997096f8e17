/** What a test can turn on the generic server, besides the kit's faults. Every one is something a real interface does. */
export interface HttpKnobs {
  /** How it cuts its listings. */
  readonly paging: 'none' | 'page' | 'offset' | 'next-link' | 'cursor' | 'link-header'
  /** Where the records stand in a listing: `nested` below `data.items`, `root` the bare list, a name, or `nowhere`. */
  readonly shape: 'nested' | 'root' | 'items' | 'data' | 'nowhere' | 'null'
  readonly format: 'json' | 'xml'
  /** Records it gives at most, whatever is asked for. */
  readonly largestPage: number
  /** Tells the length of the whole listing, as `total` beside the records. */
  readonly tellsTotal: boolean
  /** Links to next pages: with its own address, without, as behind a proxy (`http`, another port), at somebody else's, or the same for ever. */
  readonly links: 'absolute' | 'relative' | 'query' | 'proxied' | 'foreign' | 'circling'
  /** Leaves `next` out on the last page instead of giving null. */
  readonly leavesNextOut: boolean
  /** Gives the first page whatever is asked for. */
  readonly ignoresPage: boolean
  /** One record stands inside `data` in its answers. */
  readonly wrapsItems: boolean
  /** Ids are texts (`r-17`) instead of numbers. */
  readonly textIds: boolean
  /** An update has to say the id in its body too. */
  readonly wantsIdInBody: boolean
  /** Refuses with 200 and `{"status": "error"}`. */
  readonly refusesWith200: boolean
  /** Gives nothing but the id as the answer to a creation. */
  readonly tersely: boolean
  /** The answer to PUT, PATCH and DELETE is empty. */
  readonly silently: boolean
  /** Who was deleted stays in listings, with `deletedAt`. */
  readonly keepsDeleted: boolean
  /** What of a record is a record of its own inside it: the reference field and the collection it refers to. */
  readonly embeds: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** The request after which the rate limit is used up, counted from the last turn of this knob; null: never. */
  readonly usedUpAfter: number | null
}

/** A plain interface: pages by number, no total, numbers as ids. */
export const plainKnobs: HttpKnobs = {
  paging: 'page',
  shape: 'nested',
  format: 'json',
  largestPage: 100,
  tellsTotal: false,
  links: 'absolute',
  leavesNextOut: false,
  ignoresPage: false,
  wrapsItems: false,
  textIds: false,
  wantsIdInBody: false,
  refusesWith200: false,
  tersely: false,
  silently: false,
  keepsDeleted: false,
  embeds: {},
  usedUpAfter: null,
}
