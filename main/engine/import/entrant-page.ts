/** Planning one page of a start list. No I/O: what the database knows comes in. */
import type { BadRow, ImportGuess, PossibleMatch } from '../../contract/imports.ts'
import { displayName, type Fields } from '../model/record.ts'
import { whyOf, type Judgement } from '../model/same-person.ts'
import type { DeletedEntrant, KnownEntrant, KnownTag } from '../store/known-entrants.ts'
import type { Change } from '../store/change.ts'
import type { BibMoves } from './bib-moves.ts'
import { EntrantsNow } from './entrants-now.ts'
import type { EventScope, ScopeRace } from './event-scope.ts'
import { PageMemory, type FileMemory, type Seen } from './file-memory.ts'
import {
  deletedEntry,
  matchEntrant,
  type FileSays,
  type Match,
  type RaceDay,
} from './match-entrant.ts'
import { LookFirst, type PlannedRow } from './page-import.ts'
import { entrantAfter, planEntrant } from './plan-entrant.ts'
import { keepRaceMorning } from './race-morning.ts'
import type { EntrantRow } from './read-entrant.ts'
import { foldedFullName } from '../model/folded-name.ts'

/** What the database says about one row. */
export interface Found {
  readonly holder: KnownEntrant | null
  readonly others: readonly KnownEntrant[]
  /** Entries of the row's names that were deleted from the event. */
  readonly deleted: readonly DeletedEntrant[]
  /** Undefined when the row names no tag, or one that does not exist yet. */
  readonly tag: KnownTag | undefined
  readonly organisation: string | null
}

export interface PageOptions {
  readonly newId: () => string
  readonly memory: FileMemory
  /** What the whole file does with bibs; null until it was looked through. */
  readonly moves: BibMoves | null
  /** Another race takes the place of the only one. */
  readonly move: boolean
  /** Enters those anew whose entry was deleted here. */
  readonly again: boolean
  /** YYYY-MM-DD */
  readonly today: string
}

interface Draft extends PlannedRow {
  /** Entries that let go of their bib for this row. */
  readonly releases: readonly string[]
}

/** What is planned so far; becomes part of the file's memory once the page is written. */
export class EntrantPage {
  readonly scopes = new Map<string, EventScope>()
  readonly memory: PageMemory
  readonly bad: BadRow[] = []
  readonly possible: PossibleMatch[] = []
  readonly asked: BadRow[] = []
  readonly guesses: ImportGuess[] = []
  readonly #newClubs: Change[] = []
  readonly #drafts: Draft[] = []
  readonly #now = new EntrantsNow()
  readonly #options: PageOptions

  constructor(options: PageOptions) {
    this.#options = options
    this.memory = new PageMemory(options.memory)
  }

  club(name: string): string {
    const known = this.memory.clubs.get(name)
    if (known) return known
    const id = this.#options.newId()
    this.memory.clubs.set(name, id)
    this.#newClubs.push({
      action: 'create',
      entity: 'organisation',
      id,
      fields: { name, kind: 'club' },
    })
    return id
  }

  takeShared(): readonly Change[] {
    return [...this.#newClubs, ...[...this.scopes.values()].flatMap((scope) => scope.takePlanned())]
  }

  /** The planned rows. Bibs and tags that change hands on this page go from one to the other in one step. */
  rows(): readonly PlannedRow[] {
    const all = this.#drafts.flatMap(({ changes }) => changes)
    const updates = all.filter(isUpdate)
    const rebibbed = new Set(
      updates.flatMap(({ id, fields }) => (fields['number'] === undefined ? [] : [id])),
    )
    const handedOn = new Set(
      all.flatMap((change) => (change.action === 'delete' ? [] : (change.fields['tag'] ?? []))),
    )
    return this.#drafts.map(({ row, changes, releases }) => {
      const released = releases
        .filter((id) => !rebibbed.has(id))
        .map((id): Change => {
          return {
            action: 'update',
            entity: 'eventParticipant',
            id,
            fields: { number: null },
          }
        })
      const own = changes.filter(
        (change) => !(change.entity === 'tag' && isToStock(change) && handedOn.has(change.id)),
      )
      return { row, changes: [...released, ...own] }
    })
  }

  planRow(row: EntrantRow, scope: EventScope, found: Found): void {
    const bib = row.participant['number']
    const holder =
      typeof bib === 'string' ? this.#now.holder(scope.id, bib, found.holder) : found.holder
    const others = this.#now.among(found.others, scope.id, row.person)
    const race = row.links.race === undefined ? null : scope.race(row.links.race)
    const matched = matchEntrant(row, holder, others, this.#fileSays(row, scope, race))
    const gone = matched.found?.participant
      ? undefined
      : deletedEntry(row, found.deleted, this.#dayOf(scope))
    const refusal = this.#refusal(row, scope, matched) ?? this.#wasDeleted(row, gone)
    if (refusal !== null) {
      this.bad.push({ line: row.line, ...refusal })
      return
    }
    const match = { ...matched, found: matched.found ?? whoWas(gone) }
    const entry = match.found?.participant?.id ?? ''
    const { row: kept, asked } = keepRaceMorning(asTaken(row, match), match.found, {
      display: displayName('person', row.person),
      bibMoves: () => this.#moves().lineOf(entry) !== undefined,
    })
    this.asked.push(...asked)
    this.#draft(kept, scope, match, found)
  }

  #draft(row: EntrantRow, scope: EventScope, match: Match, found: Found): void {
    const { newId, move } = this.#options
    const known = match.found
    const changes: Change[] = []
    const code = row.links.tag
    let tag = found.tag ?? null
    if (code !== undefined && tag === null) {
      tag = { code, id: newId(), status: 'inUse' }
      const fields = { number: code, status: 'inUse' }
      changes.push({ action: 'create', entity: 'tag', id: tag.id, fields })
    }
    const startGroup = this.#startGroup(row, scope, known)
    const links = { event: scope.id, organisation: found.organisation, startGroup, tag, move }
    changes.push(...planEntrant(row, known, links, newId))
    const after = entrantAfter(known, changes, links)
    this.#tell(row, scope, match, startGroup?.race ?? null)
    const taken = row.participant['number'] === undefined ? null : match.takesFrom
    if (taken !== null) this.#now.release(taken)
    this.#now.note(after)
    this.#remember(row, scope, after)
    this.#drafts.push({ row, changes, releases: taken ? [taken.participant!.id] : [] })
  }

  /** What is left open, and what was taken for granted. */
  #tell(
    { line, person }: EntrantRow,
    scope: EventScope,
    { found, possible, guess }: Match,
    race: string | null,
  ): void {
    for (const { known, judgement } of possible.slice(0, mostPossible)) {
      const display = displayName('person', person)
      this.possible.push({ line, display, candidate: nameOf(known), why: `${whyOf(judgement)}.` })
    }
    const entry = found?.participant
    if (!entry) return
    if (guess !== null) this.guesses.push(guessWords[guess](nameOf(found), entry.fields))
    const others = new Set(entry.places.map((place) => place.race))
    const isHere = this.memory.persons.get(found.person.id) !== undefined
    if (race === null || isHere || others.size === 0 || others.has(race)) return
    const names = [...others].map((id) => scope.raceOf(id)?.name ?? id).join(', ')
    const value = `${scope.raceOf(race)?.name ?? race} as well as ${names}`
    const moved = `${scope.raceOf(race)?.name ?? race} instead of ${names}`
    this.guesses.push(
      this.#options.move && others.size === 1
        ? { what: `Race of ${nameOf(found)}`, value: moved, why: 'The import is to move people.' }
        : {
            what: `Races of ${nameOf(found)}`,
            value,
            why: 'A list adds races and takes none away, unless the import is to move people (--move).',
          },
    )
  }

  #remember(
    { line, participant, links }: EntrantRow,
    scope: EventScope,
    after: KnownEntrant,
  ): void {
    const { memory } = this
    const entry = after.participant!
    const seen: Seen = { line, entry: entry.id }
    const bib = participant['number']
    if (typeof bib === 'string') memory.bibs.set(`${scope.id} ${bib}`, seen)
    if (links.tag !== undefined) memory.tags.set(`${scope.id} ${links.tag}`, seen)
    const race = links.race === undefined ? '' : scope.race(links.race).id
    for (const key of [`${entry.id} ${race}`, entry.id]) {
      if (memory.places.get(key) === undefined) memory.places.set(key, line)
    }
    if (memory.persons.get(after.person.id) === undefined) memory.persons.set(after.person.id, line)
  }

  #fileSays(row: EntrantRow, scope: EventScope, race: ScopeRace | null): FileSays {
    const { move } = this.#options
    const bibOf = (entry: KnownEntrant) => String(entry.participant?.fields['number'])
    const isClaimed = ({ person }: KnownEntrant) => this.memory.persons.get(person.id) !== undefined
    return {
      isClaimed,
      keepsBib: (known) =>
        isClaimed(known)
          ? this.memory.bibs.get(`${scope.id} ${bibOf(known)}`)?.entry === known.participant?.id
          : this.#moves().isListed(scope.id, bibOf(known), foldedFullName(known.person.fields)),
      movesHere: (known) =>
        !isClaimed(known) && this.#moves().lineOf(known.participant?.id ?? '') === row.line,
      race: race?.id ?? null,
      move,
      day: this.#dayOf(scope),
    }
  }

  #dayOf({ startDateTime }: EventScope): RaceDay {
    return startDateTime === null
      ? { raceDay: this.#options.today, ageSlack: slackWithoutDay }
      : { raceDay: startDateTime.slice(0, 10), ageSlack: 1 }
  }

  #moves(): BibMoves {
    if (this.#options.moves === null) throw new LookFirst()
    return this.#options.moves
  }

  /** Why a row is not taken: somebody else has its bib or tag, or the file says the same twice. */
  #refusal(row: EntrantRow, scope: EventScope, match: Match): Omit<BadRow, 'line'> | null {
    const { memory } = this
    const bib = row.participant['number']
    const entry = match.found?.participant?.id
    const sameBib = typeof bib === 'string' ? memory.bibs.get(`${scope.id} ${bib}`) : undefined
    if (sameBib && sameBib.entry !== entry)
      return isTwice('bib', `Bib ${String(bib)}`, sameBib.line)
    const { tag } = row.links
    const sameTag = tag === undefined ? undefined : memory.tags.get(`${scope.id} ${tag}`)
    if (sameTag && sameTag.entry !== entry) return isTwice('tag', `Tag ${tag!}`, sameTag.line)
    if (entry !== undefined) {
      const { race } = row.links
      const key = race === undefined ? entry : `${entry} ${scope.race(race).id}`
      const line = memory.places.get(key)
      if (line !== undefined) {
        return sameBib
          ? isTwice('bib', `Bib ${String(bib)}`, line)
          : isTwice('last_name', 'The same entrant (names and birth date, e-mail or phone)', line)
      }
    }
    const holder = match.takesFrom
    if (holder === null || this.#moves().lineOf(holder.participant!.id) !== undefined) return null
    const name = displayName('person', holder.person.fields)
    return {
      column: 'bib',
      value: String(bib),
      reason: `Bib ${String(bib)} is taken by ${name}.`,
      fix: `Give one of the two another bib in the list, or take it from ${name} first. If it is the same person, correct the name or the birth date.`,
    }
  }

  /** Whoever was deleted here is not entered again by a list that still has them. */
  #wasDeleted(row: EntrantRow, entry: DeletedEntrant | undefined): Omit<BadRow, 'line'> | null {
    if (entry === undefined || this.#options.again) return null
    const on = new Date(entry.deletedOn / 1000).toISOString().slice(0, 10)
    return {
      column: 'last_name',
      reason: `${displayName('person', row.person)} was deleted here on ${on} by ${entry.who}.`,
      fix: 'Leave it so, or have those who were deleted here entered again (--deleted-too).',
    }
  }

  #startGroup(
    { links }: EntrantRow,
    scope: EventScope,
    known: KnownEntrant | null,
  ): { readonly id: string; readonly race: string } | null {
    const places = known?.participant?.places ?? []
    if (links.race === undefined && links.start_group === undefined) {
      // An event has a race, even if its list knows nothing of races.
      if (scope.races === 0) scope.defaultRace()
      return null
    }
    if (links.start_group !== undefined) {
      const race =
        links.race !== undefined
          ? scope.race(links.race)
          : (ownRaceWithGroup(scope, places, links.start_group) ??
            scope.raceWithGroup(links.start_group) ??
            scope.defaultRace())
      return { id: scope.startGroup(race, links.start_group), race: race.id }
    }
    const race = scope.race(links.race!)
    if (places.some((place) => place.race === race.id)) return null
    return { id: scope.defaultStartGroup(race), race: race.id }
  }
}

/** The person behind an entry that was deleted: entered again, it is the same person. */
function whoWas(entry: DeletedEntrant | undefined): KnownEntrant | null {
  if (entry === undefined || entry.personId === null) return null
  return { person: { id: entry.personId, fields: entry.person }, participant: null }
}

const isUpdate = (change: Change): change is Exclude<Change, { readonly action: 'delete' }> =>
  change.action === 'update'

const isToStock = (change: Change) => isUpdate(change) && change.fields['status'] === 'stock'

const guessWords: Readonly<Record<'name' | 'zeros', (who: string, fields: Fields) => ImportGuess>> =
  {
    name: (who) => ({
      what: `Who ${who} is`,
      value: 'the only one of this name in the event',
      why: 'The list says nothing else that tells, and nothing that speaks against it.',
    }),
    zeros: (who, fields) => ({
      what: `Bib of ${who}`,
      value: String(fields['number']),
      why: 'The list has it without the zeros before it, as spreadsheets write numbers.',
    }),
  }

/** Of a common name, those who may be meant are not all told. */
const mostPossible = 3

/** An event without a day may be next year's or last year's. */
const slackWithoutDay = 3

const isTwice = (column: string, what: string, line: number) => ({
  column,
  reason: `${what} is on line ${line} already.`,
})

/** Of the races somebody is in, the only one with a start group of this name: the group is changed within it. */
function ownRaceWithGroup(
  scope: EventScope,
  places: readonly { readonly race: string }[],
  group: string,
): ScopeRace | null {
  const having = new Set(
    places.map(({ race }) => race).filter((race) => scope.hasGroup(race, group)),
  )
  const [only] = having
  return only !== undefined && having.size === 1 ? (scope.raceOf(only) ?? null) : null
}

/** A row as it is taken: zeros a bib lost stay, and so do names of which the row has less. */
function asTaken(row: EntrantRow, { guess, judgement, found }: Match): EntrantRow {
  const keepsName = judgement !== null && ['initial', 'swapped'].includes(judgement.name)
  if (guess !== 'zeros' && !keepsName) return row
  const person = keepsName ? withoutNames(row.person, judgement, found) : row.person
  const { number, ...rest } = row.participant
  return { ...row, person, participant: guess === 'zeros' ? rest : { ...rest, number: number! } }
}

/** Without names, unless it is the entrant here who has the initial alone. */
function withoutNames(
  person: EntrantRow['person'],
  { name }: Judgement,
  found: KnownEntrant | null,
): EntrantRow['person'] {
  const { firstName, lastName, ...rest } = person
  const own = String(found?.person.fields['firstName'] ?? '')
  const isWhole = name === 'initial' && String(firstName ?? '').length > own.length
  return isWhole ? { ...rest, firstName: firstName!, lastName: lastName! } : rest
}

/** Name and bib, as a person tells entrants apart. */
function nameOf({ person, participant }: KnownEntrant): string {
  const bib = participant?.fields['number']
  const name = displayName('person', person.fields)
  return typeof bib === 'string' ? `${name} (${bib})` : name
}
