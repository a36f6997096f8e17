/** Finding records of any kind by words a person typed. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import { beginsWith, sameNumbers, searchPersons } from './person-search.ts'
import { rows } from '../sql/statement.ts'

/** What a search found, and where it goes on: null at its end. */
export interface FoundPage {
  readonly ids: readonly string[]
  readonly next: number | null
}

/**
 * Records that fit, in order of entry, after position `after`. Persons are found by the search index, their entries by
 * them (so a page has all entries of its persons, and may be a little longer than `limit`); others by the beginning of
 * what they are known by, which an index serves too.
 */
export async function findByWords(
  db: Db,
  entity: EntityName,
  query: string,
  { limit, after }: { readonly limit: number; readonly after: number },
): Promise<FoundPage> {
  if (entity === 'person') return toPage(await searchPersons(db, query, limit, after), limit)
  if (entity === 'eventParticipant') {
    const persons = toPage(await searchPersons(db, query, limit, after), limit)
    const entries = await rows<{ id: string }>(
      db,
      `SELECT ep.id AS id FROM json_each(?) AS found CROSS JOIN event_participant AS ep WHERE ep.person = found.value`,
      JSON.stringify(persons.ids),
    )
    return { ids: entries.map(({ id }) => id), next: persons.next }
  }
  const field = entities[entity].displayFields[0]!
  const found = await rows<{ id: string; rowNo: number }>(
    db,
    `SELECT DISTINCT r.id AS id, r.rowNo AS rowNo FROM json_each(?1) AS typed CROSS JOIN ${entities[entity].table} AS r
     WHERE ${beginsWith(`r.${field}`, 'typed.value')} AND r.rowNo > ?3 ORDER BY r.rowNo LIMIT ?2`,
    JSON.stringify(spellings(query.trim())),
    limit,
    after,
  )
  return toPage(found, limit)
}

function toPage(
  found: readonly { readonly id: string; readonly rowNo: number }[],
  limit: number,
): FoundPage {
  return {
    ids: found.map(({ id }) => id),
    next: found.length === limit ? found.at(-1)!.rowNo : null,
  }
}

/** The index compares letter by letter, so the usual ways to capitalise what was typed are looked up one by one. */
function spellings(words: string): readonly string[] {
  const small = words.toLowerCase()
  const first = small.charAt(0).toUpperCase() + small.slice(1)
  const each = small.replace(/(?<=^|\s)\p{L}/gu, (letter) => letter.toUpperCase())
  return [...new Set([words, small, first, each, small.toUpperCase(), ...sameNumbers(words)])]
}
