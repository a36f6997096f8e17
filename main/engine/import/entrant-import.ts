/** Importing a start list: event, races, start groups, clubs, persons, entries and tags in one go. */
import type { BadRow } from '../../contract/imports.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Db, Trx } from '../db/schema.ts'
import { compareNames } from '../model/compare-names.ts'
import { foldedFullName } from '../model/folded-name.ts'
import { displayName } from '../model/record.ts'
import { addressOf } from '../model/same-person.ts'
import {
  deletedEntrants,
  entrantsByBib,
  entrantsByBirthDate,
  entrantsByEmail,
  entrantsByName,
  findOrganisations,
  findTags,
  hasDeleted,
  readEventNames,
  readEventOutline,
  type DeletedEntrant,
  type KnownEntrant,
} from '../store/imports/known-entrants.ts'
import { bibMoves, type BibHolder, type BibMoves, type ListedRow } from './bib-moves.ts'
import type { ColumnMapping } from './columns.ts'
import { entrantFields, type EntrantField } from './entrant-fields.ts'
import { EntrantPage } from './entrant-page.ts'
import { EventScope } from './event-scope.ts'
import { FileMemory } from './file-memory.ts'
import { fittingOwn } from './fitting-own.ts'
import { LookFirst, type PageImport, type PagePlan } from './page-import.ts'
import { onePerName, ownEntrantField } from './own-columns.ts'
import { pageRecords } from './raw-page.ts'
import { creationsOf, RehearsedEntrants, tagsOf } from './rehearsed-entrants.ts'
import { columnOf, entrantFieldOf, entrantReader, type EntrantRow } from './read-entrant.ts'

/** A row is a person, an entry, a place in a start group, and often a tag. */
export const entrantsPerPage = pageRecords / 4

export interface EntrantImportOptions {
  /** Event of all rows; without it the column `event` says, or the only event there is. */
  readonly eventName: string | undefined
  /** Another race takes the place of the only one; otherwise a list adds races and takes none away. */
  readonly move: boolean
  /** Enters those anew whose entry was deleted here. */
  readonly again: boolean
  /** Every page is taken back. */
  readonly rehearse: boolean
  /** YYYY-MM-DD, see `todayOf`. */
  readonly today: string
  readonly newId: () => string
  /** Own fields the list can fill. */
  readonly own?: readonly OwnField[]
}

export function entrantImport(options: EntrantImportOptions): PageImport<EntrantField, EntrantRow> {
  const { eventName, newId, own = [] } = options
  const scopes = new Map<string, EventScope>()
  const memory = new FileMemory()
  /** Event → whether anybody was deleted from it before this import. */
  const missing = new Map<string, boolean>()
  const rehearsed = new RehearsedEntrants()
  let moves: BibMoves | null = null
  let onlyEvent: string | null = null

  async function plan(trx: Trx, given: readonly EntrantRow[]): Promise<PagePlan> {
    if (options.rehearse && moves === null) throw new LookFirst()
    const page = new EntrantPage({ ...options, memory, moves })
    const names = new Set<string>()
    for (const row of given) names.add(await eventOf(trx, row))
    for (const name of names) {
      const known = scopes.get(name)
      page.scopes.set(
        name,
        known?.fork() ?? new EventScope(name, await readEventOutline(trx, name), newId),
      )
    }
    const scopeOf = (row: EntrantRow) =>
      page.scopes.get(eventName ?? row.links.event ?? onlyEvent!)!
    const leftOut: BadRow[] = []
    const rows = given.map((row) => {
      const { line, participant: values } = row
      const fitting = fittingOwn({ line, values, event: scopeOf(row).id }, { ...options, own })
      leftOut.push(...fitting.leftOut)
      return fitting.values === values ? row : { ...row, participant: fitting.values }
    })
    const fresh = new Set<string>()
    for (const { links } of rows) {
      if (links.club && page.memory.clubOf(links.club) === undefined) fresh.add(links.club)
    }
    for (const [name, id] of await findOrganisations(trx, [...fresh])) {
      page.memory.clubs.set(name, id)
    }
    const holders = await findHolders(trx, rows, scopeOf)
    const others = await findOthers(trx, rows, scopeOf, holders)
    const deleted = await findDeleted(trx, others.keys(), scopeOf)
    const codes = rows.flatMap(({ links }) => [links.tag ?? [], links.spare_tag ?? []].flat())
    const tags = new Map(await findTags(trx, [...new Set(codes)]))
    const again = options.rehearse
      ? rows.flatMap((row) => rehearsed.of(scopeOf(row).id, row.person))
      : []
    for (const known of again) {
      page.recall(known)
      for (const tag of tagsOf(known)) tags.set(tag.code, tag)
    }
    for (const row of rows) {
      const club = row.links.club
      page.planRow(row, scopeOf(row), {
        holders: holders.get(bibKey(row, scopeOf(row)) ?? '') ?? [],
        others: others.get(row) ?? [],
        deleted:
          deleted.size === 0
            ? []
            : (deleted.get(`${scopeOf(row).id} ${foldedFullName(row.person)}`) ?? []),
        tags,
        organisation: club === undefined ? null : page.club(club),
      })
    }
    const planned = page.rows()
    // An event that is made by this import is listed by its name.
    const recurring = (row: EntrantRow) =>
      [scopeOf(row).id, scopeOf(row).name].some((event) =>
        moves!.recurs(event, foldedFullName(row.person)),
      )
    const lasting = options.rehearse
      ? creationsOf(planned.filter(({ row }) => recurring(row as EntrantRow)))
      : []
    return {
      shared: page.takeShared(),
      rows: planned,
      lasting,
      bad: page.bad,
      possible: page.possible,
      doubles: page.doubles,
      asked: page.asked,
      leftOut,
      guesses: page.guesses,
      settle() {
        for (const [name, scope] of page.scopes) scopes.set(name, scope)
        page.memory.keep()
        if (options.rehearse) rehearsed.keep(lasting, page.states())
      },
    }
  }

  /** Entries deleted here of the names of some rows, by event and folded name. */
  async function findDeleted(
    trx: Trx,
    rows: Iterable<EntrantRow>,
    scopeOf: ScopeOf,
  ): Promise<ReadonlyMap<string, readonly DeletedEntrant[]>> {
    const pairs: (readonly [string, string])[] = []
    for (const row of rows) {
      const { id } = scopeOf(row)
      if (!missing.has(id)) missing.set(id, await hasDeleted(trx, id))
      if (missing.get(id)) pairs.push([id, foldedFullName(row.person)])
    }
    const found = await deletedEntrants(trx, pairs)
    return Map.groupBy(found, ({ event, person }) => `${event} ${foldedFullName(person)}`)
  }

  /** Notes what the file says of bibs, and who has them. */
  async function lookThrough(db: Db, pages: AsyncIterable<readonly EntrantRow[]>): Promise<void> {
    const events = new Map([...scopes].map(([name, { id }]) => [name, id]))
    const listed: ListedRow[] = []
    const holders: BibHolder[] = []
    for await (const rows of pages) {
      const pairs: (readonly [string, string])[] = []
      for (const row of rows) {
        const name = await eventOf(db, row)
        if (!events.has(name)) events.set(name, (await readEventOutline(db, name))?.id ?? name)
        const event = events.get(name)!
        const bib = row.participant['number']
        if (typeof bib === 'string') pairs.push([event, bib])
        const { line, person } = row
        listed.push({ line, event, bib: typeof bib === 'string' ? bib : null, person })
      }
      for (const known of await entrantsByBib(db, pairs)) {
        const { event, fields } = known.participant!
        holders.push({ event, bib: String(fields['number']), known })
      }
    }
    moves = bibMoves(listed, holders)
  }

  async function eventOf(trx: Db, row: EntrantRow): Promise<string> {
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
    fields: [...entrantFields, ...onePerName(own).map(ownEntrantField)],
    rowsPerPage: entrantsPerPage,
    main: 'eventParticipant',
    reader: entrantReader,
    named: ({ person, participant }) => ({
      display: displayName('person', person),
      bib: typeof participant['number'] === 'string' ? participant['number'] : null,
    }),
    plan,
    lookThrough,
    touches(mapping: ColumnMapping<EntrantField>): readonly EntityName[] {
      const has = (name: string) => mapping.fields.some((field) => field?.name === name)
      return [
        ...(has('club') ? (['organisation'] as const) : []),
        'person',
        'event',
        'race',
        ...(has('start_group') || has('race') ? (['startGroup'] as const) : []),
        ...(has('tag') || has('spare_tag') ? (['tag'] as const) : []),
        'eventParticipant',
        ...(has('start_group') || has('race') ? (['startGroupParticipant'] as const) : []),
      ]
    },
    columnOf(entity, field, columns, mapping) {
      const own =
        field === 'spareTag'
          ? 'spare_tag'
          : entity === 'tag' || field === 'tag'
            ? 'tag'
            : entrantFieldOf(field)
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
): Promise<ReadonlyMap<string, readonly KnownEntrant[]>> {
  const pairs = rows.flatMap((row): (readonly [string, string])[] =>
    typeof row.participant['number'] === 'string'
      ? [[scopeOf(row).id, row.participant['number']]]
      : [],
  )
  const found = await entrantsByBib(trx, pairs)
  return Map.groupBy(
    found,
    ({ participant }) => `${participant!.event} ${String(participant!.fields['number'])}`,
  )
}

/**
 * Persons who may be meant besides whoever has the row's bib: of the same names, the same e-mail, or born on the same day.
 * Not asked for where the names say that the holder of the bib is meant.
 */
async function findOthers(
  trx: Trx,
  rows: readonly EntrantRow[],
  scopeOf: ScopeOf,
  holders: ReadonlyMap<string, readonly KnownEntrant[]>,
): Promise<ReadonlyMap<EntrantRow, readonly KnownEntrant[]>> {
  const open = rows.filter((row) => {
    const wearers = holders.get(bibKey(row, scopeOf(row)) ?? '') ?? []
    return !wearers.some(({ person }) => compareNames(row.person, person.fields) === 'same')
  })
  const byName = await entrantsByName(
    trx,
    open.map((row) => {
      const born = (row.person['dateOfBirth'] ?? null) as string | null
      const isTold = born !== null || telling.some((name) => row.person[name] !== undefined)
      return [scopeOf(row).id, foldedFullName(row.person), born, isTold] as const
    }),
  )
  const byEmail = await entrantsByEmail(
    trx,
    open.flatMap((row): (readonly [string, string])[] => {
      const address = addressOf(row.person['email'])
      return address === null ? [] : [[scopeOf(row).id, address]]
    }),
  )
  const byBirthDate = await entrantsByBirthDate(
    trx,
    open.flatMap((row) => {
      const born = row.person['dateOfBirth']
      const full = foldedFullName(row.person)
      const first = full.slice(full.lastIndexOf(', ') + 2)
      return typeof born === 'string' ? [[scopeOf(row).id, born, full, first] as const] : []
    }),
  )
  const born = Map.groupBy(byBirthDate, ({ person: { fields } }) => fields['dateOfBirth'])
  const names = Map.groupBy(byName, ({ person: { fields } }) => foldedFullName(fields))
  const emails = Map.groupBy(byEmail, ({ person: { fields } }) => fields['email'])
  return new Map(
    open.map((row) => [
      row,
      [
        ...(names.get(foldedFullName(row.person)) ?? []),
        ...(emails.get(row.person['email'] ?? '') ?? []),
        ...(born.get(row.person['dateOfBirth'] ?? '') ?? []),
      ].filter(({ participant }) => participant === null || participant.event === scopeOf(row).id),
    ]),
  )
}

/** What tells a person from others of the same name, besides the birth date. */
const telling = ['email', 'phone'] as const
