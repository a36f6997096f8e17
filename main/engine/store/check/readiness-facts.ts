/** What readiness counts. Each statement is short, so that who searches at the Desk meanwhile does not wait for it. */
import type { Db } from '../../db/schema.ts'
import { rows } from '../sql/statement.ts'

/** Entries looked at by one statement. */
const pageRows = 10_000

export interface CountedEntrants {
  readonly entrants: number
  readonly checkedIn: number
  readonly withBib: number
  readonly alikeBibs: number
  readonly withTag: number
  readonly withGroup: number
}

const counted: Readonly<Record<keyof CountedEntrants, string>> = {
  entrants: '1',
  checkedIn: `ep.status IN ('checkedIn', 'started', 'finished', 'dnf')`,
  withBib: 'ep.number IS NOT NULL',
  alikeBibs: `ep.number >= '0' AND ep.number < '1' AND EXISTS (SELECT 1 FROM event_participant AS other
    WHERE other.event = ep.event AND other.number = ltrim(ep.number, '0') AND other.deletedOn IS NULL)`,
  withTag: 'ep.tag IS NOT NULL OR ep.spareTag IS NOT NULL',
  withGroup: `EXISTS (SELECT 1 FROM start_group_participant AS s
    WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL)`,
}
const names = Object.keys(counted) as readonly (keyof CountedEntrants)[]

const countPage = `SELECT max(rowNo) AS last, count(*) AS looked,
    ${names.map((name) => `total(isOurs AND (${counted[name]})) AS ${name}`).join(',\n    ')}
  FROM (SELECT *, event = ?1 AND deletedOn IS NULL AND coalesce(status, '') <> 'withdrawn' AS isOurs
    FROM event_participant WHERE rowNo > ?2 ORDER BY rowNo LIMIT ?3) AS ep`

/** Counts the live entrants of an event page by page; those who withdrew are left out. */
export async function countEntrants(db: Db, eventId: string): Promise<CountedEntrants> {
  const sums = { ...none }
  for (let after = 0; ;) {
    const [page] = await rows<CountedEntrants & { last: number | null; looked: number }>(
      db,
      countPage,
      eventId,
      after,
      pageRows,
    )
    if (!page || page.last === null) return sums
    for (const name of names) sums[name] += page[name]
    if (page.looked < pageRows) return sums
    after = page.last
  }
}

const none = {
  ...{ entrants: 0, checkedIn: 0, withBib: 0 },
  ...{ alikeBibs: 0, withTag: 0, withGroup: 0 },
}

/** When each target's last call was taken in, microseconds since 1970 UTC, by the target's name. */
export async function readLastCalls(db: Db): Promise<ReadonlyMap<string, number>> {
  const found = await rows<{ name: string; lastOn: number | null }>(
    db,
    `SELECT name, (SELECT max(receivedOn) FROM webhook_delivery WHERE targetId = target.id) AS lastOn
     FROM target`,
  )
  return new Map(found.flatMap(({ name, lastOn }) => (lastOn === null ? [] : [[name, lastOn]])))
}
