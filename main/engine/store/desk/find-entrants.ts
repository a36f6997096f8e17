/** Finding entrants. Every statement here runs while somebody waits: its query plan is tested. */
import type { DeskFilter, FoundEntrants } from '../../../contract/desk.ts'
import { readEntryCode } from '../../../contract/entry-code.ts'
import type { Db } from '../../db/schema.ts'
import {
  beginsWith,
  emailPrefix,
  eventMark,
  fullNames,
  matchExpression,
  mistyped,
  sameNumbers,
  wholeWordExpression,
} from '../search/person-search.ts'
import { rows } from '../sql/statement.ts'
import { filterConditions, filterValues } from './entrant-filter.ts'
import { readEntrantRows } from './entrants.ts'

/** Which entrants a statement may find: conditions on the alias `ep`, and SQL of the event's id, null for all events. */
interface Scope {
  readonly where: string
  readonly event: string | null
}

/** In one event the index unique there serves; in all, the one over the bib or tag alone. */
const inAll: Scope = { where: '', event: null }
const inEvent: Scope = { where: 'AND ep.event = ?2', event: '?2' }

/** Within a filter ?2 is a JSON object: what is asked for by id, and the event. */
function withinFilter(filter: DeskFilter): Scope {
  return {
    where: `AND ep.event = ?2 ->> 'event' ${filterConditions(filter, (name) => `?2 ->> '${name}'`)}`,
    event: `?2 ->> 'event'`,
  }
}
const live = 'AND ep.deletedOn IS NULL'
/** Where the chip of an entrant is. Asked for one by one: of a choice of two no index is made use of. */
const chips = ['tag', 'spareTag'] as const

/** Who has exactly this code. @param sameBibs whose bib is the same number: they go before whoever has it as a tag */
function exactHits(scope: Scope, sameBibs = ''): string {
  const byTag = (column: string) =>
    chips
      .map(
        (chip) => `SELECT id FROM (SELECT ep.id AS id FROM tag t
      CROSS JOIN event_participant ep ON ep.${chip} = t.id
     WHERE t.${column} = ?1 AND t.deletedOn IS NULL ${scope.where} ${live} LIMIT ?3)`,
      )
      .join(' UNION ALL ')
  return `SELECT id FROM (SELECT ep.id AS id FROM event_participant ep
      WHERE ep.number = ?1 ${scope.where} ${live} LIMIT ?3) ${sameBibs}
    UNION ALL ${byTag('number')} UNION ALL ${byTag('barcode')} UNION ALL ${byTag('uuid')}`
}

function wordHits(expression: string, scope: Scope): string {
  return `SELECT ep.id AS id FROM person_search
      CROSS JOIN person p ON p.rowNo = person_search.rowid
      CROSS JOIN event_participant ep ON ep.person = p.id
     WHERE person_search MATCH coalesce(${expression}, '""') ${scope.where} ${live} LIMIT ?3`
}

/** Who wears this number, however many zeros are before it there. */
function sameBibs(scope: Scope): string {
  return `UNION ALL SELECT id FROM (SELECT ep.id AS id FROM json_each(?6) AS same
      CROSS JOIN event_participant ep ON ep.number = same.value ${scope.where} ${live} LIMIT ?3)`
}

/** Whose tag has this number, in the same way. */
function sameTags(scope: Scope): string {
  return chips
    .map(
      (chip) => `UNION ALL SELECT id FROM (SELECT ep.id AS id FROM json_each(?6) AS same
      CROSS JOIN tag t ON t.number = same.value AND t.deletedOn IS NULL
      CROSS JOIN event_participant ep ON ep.${chip} = t.id ${scope.where} ${live} LIMIT ?3)`,
    )
    .join(' ')
}

/** Whose whole name this is, before those who have more names. */
function nameHits(scope: Scope): string {
  return `UNION ALL SELECT id FROM (SELECT ep.id AS id FROM json_each(?6) AS named
      CROSS JOIN person p ON p.foldedName = named.value AND p.deletedOn IS NULL
      CROSS JOIN event_participant ep ON ep.person = p.id ${scope.where} ${live} LIMIT ?3)`
}

// Hits of whole words are enough when there are enough of them: only else is the wider question asked, and an empty
// phrase, which finds nobody, costs nothing. So does an event that does not exist.
function wordSearch(scope: Scope, first: Partial<Record<'bibs' | 'others', string>> = {}): string {
  const wider = `CASE WHEN (SELECT count(*) FROM sure) < ?3 THEN ?5${marked(scope)} END`
  return `WITH sure AS MATERIALIZED (SELECT id FROM (${exactHits(scope, first.bibs)}
${first.others ?? ''}
      UNION ALL SELECT id FROM (${wordHits(`?4${marked(scope)}`, scope)})))
    SELECT id FROM sure UNION ALL SELECT id FROM (${wordHits(wider, scope)})`
}

/** Adds to an expression that the person is in the event. */
function marked(scope: Scope): string {
  return scope.event === null
    ? ''
    : ` || ' AND "${eventMark}' || (SELECT rowNo FROM event WHERE id = ${scope.event}) || '"'`
}

/** Whoever was meant by a mistyped name: ?4 the expression, ?6 whole names. */
function mistypedSearch(scope: Scope): string {
  return `SELECT id FROM (SELECT NULL AS id WHERE ?1 IS NOT NULL ${nameHits(scope)}
    UNION ALL SELECT id FROM (${wordHits(`'(' || ?4 || ')'${marked(scope)}`, scope)})) WHERE ?2 IS ?2 AND ?5 IS ?5`
}

function emailSearch(scope: Scope): string {
  return `SELECT id FROM (SELECT ep.id AS id FROM person p CROSS JOIN event_participant ep ON ep.person = p.id
     WHERE ${beginsWith('p.email', '?1')} AND p.deletedOn IS NULL ${scope.where} ${live} LIMIT ?3)
    WHERE ?2 IS ?2`
}

/** Statements by what was asked; each takes (code, what the scope names, limit …). */
function statementsFor(scope: Scope) {
  return {
    words: wordSearch(scope),
    numbers: wordSearch(scope, { bibs: sameBibs(scope), others: sameTags(scope) }),
    names: wordSearch(scope, { others: nameHits(scope) }),
    mistyped: mistypedSearch(scope),
    codes: exactHits(scope),
    email: emailSearch(scope),
  }
}
const everywhere = statementsFor(inAll)
const withinEvent = statementsFor(inEvent)

/** Where is searched. */
interface Searched {
  readonly statements: ReturnType<typeof statementsFor>
  /** What `?2` is. */
  readonly scope: string | null
}

function searched(eventId: string | null, filter: DeskFilter | null): Searched {
  if (eventId === null) return { statements: everywhere, scope: null }
  if (filter === null) return { statements: withinEvent, scope: eventId }
  return { statements: statementsFor(withinFilter(filter)), scope: filterValues(eventId, filter) }
}

/** What is looked for, and where. */
export interface EntrantSearch {
  /** Only this event, null for all. */
  readonly eventId: string | null
  readonly query: string
  /** At most so many. */
  readonly limit: number
  /** Only those it lets through; within an event. */
  readonly filter?: DeskFilter | null
}

/**
 * Entrants for what was typed: who has exactly this bib first, then the same number with other zeros before it, then tags;
 * then whose whole name it is, then whole words, then beginnings of words. Where these are few, whoever was meant if one
 * letter of a name was mistyped follows.
 */
export async function searchEntrants(
  db: Db,
  { eventId, query, limit, filter = null }: EntrantSearch,
): Promise<Pick<FoundEntrants, 'rows' | 'similar'>> {
  // A scanner slower than a typist types a label into the search box.
  const label = readEntryCode(query)
  if (label !== null) {
    const labelled = await readEntrantRows(db, [label.id])
    const rowsHere = labelled.filter((row) => eventId === null || row.eventId === eventId)
    return { rows: rowsHere, similar: 0 }
  }
  const within = searched(eventId, filter)
  const sure = await findIds(db, within, query, limit)
  const also = sure.length < limit ? await findSimilar(db, within, query, sure) : []
  const ids = [...sure, ...also.slice(0, limit - sure.length)]
  const found = await readEntrantRows(db, ids)
  const isSure = new Set(sure)
  return { rows: [...found], similar: found.filter(({ id }) => !isSure.has(id)).length }
}

/** The same, and how many a filter holds back where it lets nobody through: they are not to be added a second time. */
export async function searchOrSayHidden(
  db: Db,
  search: EntrantSearch,
): Promise<Omit<FoundEntrants, 'matching'>> {
  const found = await searchEntrants(db, search)
  if (found.rows.length > 0 || !search.filter) return { ...found, hidden: 0 }
  const { rows: everybody } = await searchEntrants(db, { ...search, filter: null })
  return { ...found, hidden: everybody.length }
}

/** Nobody looks through more names that are only similar. */
const mostSimilar = 30

/** Ids of those a mistyped name was meant for, without those found as it was typed. */
async function findSimilar(
  db: Db,
  { statements, scope }: Searched,
  query: string,
  sure: readonly string[],
): Promise<readonly string[]> {
  if (emailPrefix(query) !== null) return []
  const meant = await mistyped(db, query)
  if (!meant) return []
  const found = await rows<{ id: string }>(
    db,
    statements.mistyped,
    null,
    scope,
    mostSimilar + sure.length,
    meant.expression,
    null,
    JSON.stringify(meant.names),
  )
  const known = new Set(sure)
  return [...new Set(found.map(({ id }) => id))].filter((id) => !known.has(id))
}

async function findIds(
  db: Db,
  { statements, scope }: Searched,
  query: string,
  limit: number,
): Promise<readonly string[]> {
  // People write a bib as #258.
  const code = query.trim().replace(/^#(?=\d+$)/, '')
  if (code === '') return []
  const email = emailPrefix(query)
  const whole = wholeWordExpression(query)
  const ask = (statement: string, ...more: readonly (string | null)[]) =>
    rows<{ id: string }>(db, statement, email ?? code, scope, limit, ...more)
  const words = [whole, matchExpression(query)]
  // What is neither is asked for less: a shorter statement is understood sooner.
  const numbers = sameNumbers(code)
  const names = fullNames(query)
  const found =
    email !== null
      ? await ask(statements.email)
      : whole === null
        ? await ask(withAll(statements.codes))
        : numbers.length > 0
          ? await ask(withAll(statements.numbers), ...words, JSON.stringify(numbers))
          : names.length > 0
            ? await ask(withAll(statements.names), ...words, JSON.stringify(names))
            : await ask(withAll(statements.words), ...words)
  return [...new Set(found.map(({ id }) => id))].slice(0, limit)
}

/** A statement must name every parameter it is given; without an event, `?2` has no other place. */
function withAll(statement: string): string {
  return `SELECT id FROM (${statement}) WHERE ?2 IS ?2`
}

/** Participants with exactly this tag number, barcode, EPC or bib; tags come first. At most `limit`. */
export async function findByCode(
  db: Db,
  eventId: string | null,
  code: string,
  limit: number,
): Promise<readonly string[]> {
  const { statements, scope } = searched(eventId, null)
  const found = await rows<{ id: string }>(db, withAll(statements.codes), code, scope, limit)
  return [...new Set(found.map(({ id }) => id))].slice(0, limit)
}
