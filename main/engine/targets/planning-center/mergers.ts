/** Who was merged into whom. Nothing else tells it: whoever was merged away is not there any more, as if deleted. */
import type { RemoteRecord } from '../kit/adapter.ts'
import { serverStamp } from '../kit/server-clock.ts'
import { isoFromStamp, stampFromIso } from '../kit/stamp-text.ts'
import { collection, paths, vertex, type Site } from './api.ts'

/** Two people there that became one. */
export interface Merger {
  readonly gone: string
  readonly kept: string
  /** Microseconds since 1970 UTC, null where not told. */
  readonly on: number | null
}

/** How far back is looked where nothing says since when: longer than any two complete listings are apart, microseconds. */
const lookBack = 60 * 24 * 3_600_000_000
/** Thousands at once are no work of people. */
const mostPages = 50
const size = 100

/** Mergers since a time (ISO 8601), oldest first; null: of the last sixty days by the server's clock. */
export async function mergersSince(site: Site, since: string | null): Promise<readonly Merger[]> {
  const { client, signal } = site
  const now = serverStamp(client)
  const from = since ?? (now === null ? null : `${isoFromStamp(now - lookBack).slice(0, 19)}Z`)
  const found: Merger[] = []
  for (let page = 0; page < mostPages; page++) {
    const query = [
      ['order', 'created_at'],
      ['per_page', size],
      ...(from === null ? [] : [['where[created_at][gte]', from] as const]),
      ...(page === 0 ? [] : [['offset', page * size] as const]),
    ] as const
    const request = { method: 'GET', path: paths.mergers, query, missing: 'config' } as const
    const { value } = await client.json(collection, { ...request, signal })
    found.push(...value.data.flatMap((row) => mergerIn(row) ?? []))
    if ((value.meta.next ?? null) === null && (value.links.next ?? null) === null) break
  }
  return found
}

/** A merger as a row or a webhook tells it, null where it does not say who. */
export function mergerIn(row: unknown): Merger | null {
  const { attributes } = vertex.safeParse(row).data ?? {}
  const idAt = (name: string) => {
    const id = attributes?.[name]
    return typeof id === 'string' || typeof id === 'number' ? String(id) : null
  }
  const gone = idAt('person_to_remove_id')
  const kept = idAt('person_to_keep_id')
  if (gone === null || kept === null) return null
  return { gone, kept, on: stampFromIso(attributes?.['created_at']) }
}

export function mergedRecord({ gone, kept, on }: Merger): RemoteRecord {
  return {
    entity: 'person',
    remoteId: gone,
    version: `merged into ${kept}`,
    modifiedOn: on,
    deleted: true,
    movedTo: kept,
    body: {},
  }
}
