/**
 * The hub's feed, kind by kind. Little news is one answer for all kinds, kept until something is sent; much of it, as in a first
 * fill, is walked in pages of one kind, so that memory is one page.
 */
import type { ChangesPage, HubRecord } from '../../../contract/hub.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { RemotePage, RemoteRecord } from '../kit/adapter.ts'
import type { Query } from '../kit/base-url.ts'

/** Records in one answer. */
const limit = 1_000
/** A kind without news goes on from where it was until so many of others came: a place is written down no oftener. */
const staysFor = 200

export type AskChanges = (query: Query, signal: AbortSignal) => Promise<ChangesPage>

/** All there was after a place when it was asked for. */
interface Snapshot {
  readonly after: string
  readonly page: ChangesPage
}

export class Feed {
  readonly #ask: AskChanges
  #snapshot: Snapshot | null = null
  #began: ChangesPage | null = null

  constructor(ask: AskChanges) {
    this.#ask = ask
  }

  /** The name of the hub's history. */
  async epoch(signal: AbortSignal): Promise<string> {
    return (await this.#begin(signal)).epoch
  }

  /** Where what its events define stands; null for a hub of before. */
  async definedOn(signal: AbortSignal): Promise<string | null> {
    const { epoch, definedOn } = await this.#begin(signal)
    return definedOn === undefined ? null : `${epoch}.${definedOn}`
  }

  async #begin(signal: AbortSignal): Promise<ChangesPage> {
    return (this.#began ??= await this.#ask([['limit', '0']], signal))
  }

  /** Where the hub is, once that is another place than this. */
  async newest(place: string | null, wait: number, signal: AbortSignal): Promise<string> {
    const after = place === null ? [] : ([['after', place]] as const)
    const { next } = await this.#ask([...after, ['limit', '0'], ['wait', String(wait)]], signal)
    return next
  }

  /** The next page of a kind. What is gone is told by its tombstone, never by its absence. */
  async page(entity: EntityName, cursor: string | null, signal: AbortSignal): Promise<RemotePage> {
    const kept = cursor === null ? null : await this.#news(cursor, signal)
    if (kept === null) {
      const after = cursor === null ? [] : ([['after', cursor]] as const)
      const query = [...after, ['limit', String(limit)], ['entity', entity]] as const
      const page = await this.#ask(query, signal)
      return { ...taken(page.records), cursor: page.next, more: page.more }
    }
    const { epoch, records, next } = kept
    const isOther = !cursor!.startsWith(`${epoch}.`)
    const own = records.filter(
      (record) => record.entity === entity && (isOther || record.stamp > stampOf(cursor!)),
    )
    const stays = own.length === 0 && records.length < staysFor && !isOther
    return { ...taken(own), cursor: stays ? cursor : next, more: false }
  }

  /** What was answered is out of date. */
  forget(): void {
    this.#snapshot = null
  }

  /** All news after a place, null where that is more than one answer. */
  async #news(cursor: string, signal: AbortSignal): Promise<ChangesPage | null> {
    const kept = this.#snapshot
    const covers = kept !== null && isIn(kept.page.epoch, kept.after, cursor)
    if (kept !== null && (covers || kept.after === cursor)) return kept.page.more ? null : kept.page
    const page = await this.#ask(
      [
        ['after', cursor],
        ['limit', String(limit)],
      ],
      signal,
    )
    this.#snapshot = { after: cursor, page }
    return page.more ? null : page
  }
}

/** Whether what came after one place of a history has all that comes after the other. */
function isIn(epoch: string, after: string, cursor: string): boolean {
  const isHere = (place: string) => place.startsWith(`${epoch}.`)
  return isHere(after) && isHere(cursor) && stampOf(after) <= stampOf(cursor)
}

function stampOf(place: string): number {
  return Number(place.slice(place.lastIndexOf('.') + 1))
}

function taken(
  records: readonly HubRecord[],
): Pick<RemotePage, 'records' | 'unreadable' | 'complete'> {
  return { records: records.map(toRemoteRecord), unreadable: [], complete: false }
}

function toRemoteRecord({ entity, id, deleted, stamp, fields, ...hand }: HubRecord): RemoteRecord {
  const { by, device, madeOn, origin, source } = hand
  return {
    ...{ entity, remoteId: id, version: String(stamp), modifiedOn: stamp, deleted },
    body: { ...fields, '@hand': { by, device, madeOn, origin, source } },
  }
}
