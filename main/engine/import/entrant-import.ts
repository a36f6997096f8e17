/** Importing a start list: event, races, start groups, clubs, persons, entries and tags in one go. */
import { ProblemError } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { foldedFullName } from '../model/folded-name.ts'
import { displayName } from '../model/record.ts'
import {
  entrantsByBib,
  entrantsByEmail,
  entrantsByName,
  findOrganisations,
  findTags,
  readEventNames,
  readEventOutline,
  type KnownEntrant,
} from '../store/known-entrants.ts'
import type { ColumnMapping } from './columns.ts'
import { entrantFields, type EntrantField } from './entrant-fields.ts'
import { EntrantPage } from './entrant-page.ts'
import { EventScope } from './event-scope.ts'
import type { PageImport, PagePlan } from './page-import.ts'
import { pageRecords } from './raw-page.ts'
import { columnOf, entrantFieldOf, entrantReader, type EntrantRow } from './read-entrant.ts'

/** A row is a person, an entry, a place in a start group, and often a tag. */
export const entrantsPerPage = pageRecords / 4

/** @param eventName event of all rows; without it the column `event` says, or the only event there is */
export function entrantImport(
  eventName: string | undefined,
  newId: () => string,
): PageImport<EntrantField, EntrantRow> {
  const scopes = new Map<string, EventScope>()
  const clubs = new Map<string, string>()
  /** What must not come twice in a file → line it came on. */
  const seen = new Map<string, number>()
  const claimed = new Set<string>()
  let onlyEvent: string | null = null

  async function plan(trx: Trx, rows: readonly EntrantRow[]): Promise<PagePlan> {
    const page = new EntrantPage(newId, seen, claimed)
    const names = new Set<string>()
    for (const row of rows) names.add(await eventOf(trx, row))
    for (const name of names) {
      const known = scopes.get(name)
      page.scopes.set(
        name,
        known?.fork() ?? new EventScope(name, await readEventOutline(trx, name), newId),
      )
    }
    const fresh = new Set<string>()
    for (const { links } of rows) if (links.club && !clubs.has(links.club)) fresh.add(links.club)
    for (const [name, id] of await findOrganisations(trx, [...fresh])) page.clubs.set(name, id)
    const scopeOf = (row: EntrantRow) =>
      page.scopes.get(eventName ?? row.links.event ?? onlyEvent!)!
    const wanted = rows.filter((row) => page.notTwice(row, scopeOf(row)))
    const holders = await findHolders(trx, wanted, scopeOf)
    const namesakes = await findNamesakes(trx, wanted, scopeOf, holders)
    const tags = await findTags(trx, [...new Set(wanted.flatMap(({ links }) => links.tag ?? []))])
    for (const row of wanted) {
      const club = row.links.club
      page.planRow(row, scopeOf(row), {
        holder: holders.get(bibKey(row, scopeOf(row)) ?? '') ?? null,
        namesakes: namesakes.get(row) ?? [],
        tag: row.links.tag === undefined ? undefined : tags.get(row.links.tag),
        organisation: club === undefined ? null : (clubs.get(club) ?? page.club(club)),
      })
    }
    return {
      shared: page.takeShared(),
      rows: page.rows,
      bad: page.bad,
      settle() {
        for (const [name, scope] of page.scopes) scopes.set(name, scope)
        for (const [name, id] of page.clubs) clubs.set(name, id)
        for (const [key, line] of page.seen) seen.set(key, line)
        for (const id of page.claimed) claimed.add(id)
      },
    }
  }

  async function eventOf(trx: Trx, row: EntrantRow): Promise<string> {
    const named = eventName ?? row.links.event ?? onlyEvent
    if (named !== null) return named
    const names = await readEventNames(trx, 2)
    if (names.length === 1) return (onlyEvent = names[0]!)
    throw new ProblemError({
      code: 'wrong-use',
      message:
        names.length === 0
          ? 'There is no event yet and the file names none.'
          : 'There are several events and the file does not say which one its entrants belong to.',
      fix: 'Name the event; it is made when it does not exist.',
    })
  }

  return {
    fields: entrantFields,
    rowsPerPage: entrantsPerPage,
    main: 'eventParticipant',
    reader: entrantReader,
    named: ({ person, participant }) => ({
      display: displayName('person', person),
      bib: typeof participant['number'] === 'string' ? participant['number'] : null,
    }),
    plan,
    touches(mapping: ColumnMapping<EntrantField>): readonly EntityName[] {
      const has = (name: string) => mapping.fields.some((field) => field?.name === name)
      return [
        ...(has('club') ? (['organisation'] as const) : []),
        'person',
        'event',
        'race',
        ...(has('start_group') || has('race') ? (['startGroup'] as const) : []),
        ...(has('tag') ? (['tag'] as const) : []),
        'eventParticipant',
        ...(has('start_group') || has('race') ? (['startGroupParticipant'] as const) : []),
      ]
    },
    columnOf(entity, field, columns, mapping) {
      const own = entity === 'tag' || field === 'tag' ? 'tag' : entrantFieldOf(field)
      return own === null ? null : columnOf(own, columns, mapping)
    },
  }
}

type ScopeOf = (row: EntrantRow) => EventScope

function bibKey(row: EntrantRow, scope: EventScope): string | null {
  const bib = row.participant['number']
  return typeof bib === 'string' ? `${scope.id} ${bib}` : null
}

async function findHolders(
  trx: Trx,
  rows: readonly EntrantRow[],
  scopeOf: ScopeOf,
): Promise<ReadonlyMap<string, KnownEntrant>> {
  const pairs = rows.flatMap((row): (readonly [string, string])[] =>
    typeof row.participant['number'] === 'string'
      ? [[scopeOf(row).id, row.participant['number']]]
      : [],
  )
  const found = await entrantsByBib(trx, pairs)
  return new Map(
    found.map((known) => [
      `${known.participant!.event} ${String(known.participant!.fields['number'])}`,
      known,
    ]),
  )
}

/** Persons who may be meant, for rows whose bib nobody holds. Asked for only where a row has more than a name. */
async function findNamesakes(
  trx: Trx,
  rows: readonly EntrantRow[],
  scopeOf: ScopeOf,
  holders: ReadonlyMap<string, KnownEntrant>,
): Promise<ReadonlyMap<EntrantRow, readonly KnownEntrant[]>> {
  const open = rows.filter((row) => {
    const bib = bibKey(row, scopeOf(row))
    if (bib === null) return true
    const telling = row.person['email'] ?? row.person['dateOfBirth']
    return telling !== undefined && !holders.has(bib)
  })
  const byName = await entrantsByName(
    trx,
    open.map((row) => {
      const born = (row.person['dateOfBirth'] ?? null) as string | null
      return [scopeOf(row).id, foldedFullName(row.person), born] as const
    }),
  )
  const byEmail = await entrantsByEmail(
    trx,
    open.flatMap((row): (readonly [string, string])[] =>
      typeof row.person['email'] === 'string' ? [[scopeOf(row).id, row.person['email']]] : [],
    ),
  )
  const names = Map.groupBy(byName, ({ person: { fields } }) => foldedFullName(fields))
  const emails = Map.groupBy(byEmail, ({ person: { fields } }) => fields['email'])
  return new Map(
    open.map((row) => [
      row,
      [
        ...(names.get(foldedFullName(row.person)) ?? []),
        ...(emails.get(row.person['email'] ?? '') ?? []),
      ].filter(({ participant }) => participant === null || participant.event === scopeOf(row).id),
    ]),
  )
}
