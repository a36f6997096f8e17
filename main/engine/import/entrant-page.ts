/** Planning one page of a start list. No I/O: what the database knows comes in. */
import type { GuessFacts } from '../../contract/guess-reasons.ts'
import { guessInWords } from '../../contract/guess-words-en.ts'
import type { BadRow, ImportGuess, PossibleMatch } from '../../contract/imports.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import { displayName, type Fields } from '../model/record.ts'
import { whyOf } from '../model/same-person.ts'
import type { DeletedEntrant, KnownEntrant, KnownTag } from '../store/imports/known-entrants.ts'
import type { Change } from '../store/writer/change.ts'
import { asTaken } from './as-taken.ts'
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
import { changeLater, plannedRows, type Draft } from './planned-rows.ts'
import type { EntrantRow } from './read-entrant.ts'
import { tagFor } from './same-tag.ts'
import { holderFor, relayOf, type RefusedCell } from './relay-legs.ts'
import { startGroupOf } from './start-group-of.ts'
import { foldedFullName } from '../model/folded-name.ts'

/** What the database says about one row. */
export interface Found {
  /** Who has the row's bib: one, or the legs of a relay team. */
  readonly holders: readonly KnownEntrant[]
  readonly others: readonly KnownEntrant[]
  /** Entries of the row's names that were deleted from the event. */
  readonly deleted: readonly DeletedEntrant[]
  /** By the codes of the page, those that are there already. */
  readonly tags: ReadonlyMap<string, KnownTag>
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
  /** What earlier pages wrote was taken back. */
  readonly rehearse: boolean
  /** YYYY-MM-DD */
  readonly today: string
}

/** What is planned so far; becomes part of the file's memory once the page is written. */
export class EntrantPage {
  readonly scopes = new Map<string, EventScope>()
  readonly memory: PageMemory
  readonly bad: BadRow[] = []
  readonly possible: PossibleMatch[] = []
  readonly doubles: [string, string][] = []
  readonly asked: BadRow[] = []
  readonly guesses: ImportGuess[] = []
  readonly #newClubs: Change[] = []
  readonly #drafts: Draft[] = []
  readonly #now = new EntrantsNow()
  /** Entries of earlier pages of a rehearsal. */
  readonly #takenBack = new Set<string>()
  readonly #options: PageOptions

  constructor(options: PageOptions) {
    this.#options = options
    this.memory = new PageMemory(options.memory)
  }

  club(name: string): string {
    const known = this.memory.clubOf(name)
    if (known) return known
    const id = this.#options.newId()
    this.memory.addClub(name, id)
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

  rows(): readonly PlannedRow[] {
    return plannedRows(this.#drafts)
  }

  /** Entrants as they are now. */
  states(): Iterable<KnownEntrant> {
    return this.#now.states()
  }

  /** An earlier page of the rehearsal made this entrant. */
  recall(known: KnownEntrant): void {
    this.#now.note(known)
    this.#takenBack.add(known.participant!.id)
  }

  planRow(row: EntrantRow, scope: EventScope, found: Found): void {
    const bib = row.participant['number']
    const wearers = typeof bib === 'string' ? this.#wearers(scope.id, bib, found.holders) : []
    const holder = holderFor(row, wearers)
    const others = this.#now.among(found.others, scope.id, row.person)
    const race = row.links.race === undefined ? null : scope.race(row.links.race)
    const matched = matchEntrant(row, holder, others, this.#fileSays(row, scope, race))
    const gone = matched.found?.participant
      ? undefined
      : deletedEntry(row, found.deleted, this.#dayOf(scope))
    const relay = relayOf(row, matched.found, wearers)
    const refusal =
      relay.kind === 'refused'
        ? relay.bad
        : (this.#refusal(row, scope, matched, relay.kind) ?? this.#wasDeleted(row, gone))
    if (refusal !== null) {
      const { facts, ...place } = refusal
      this.bad.push(rowInWords({ line: row.line, ...place }, facts))
      return
    }
    const match = { ...matched, found: matched.found ?? whoWas(gone) }
    const entry = match.found?.participant?.id ?? ''
    const { row: kept, asked } = keepRaceMorning(asTaken(row, match), match.found, {
      display: displayName('person', row.person),
      bibMoves: () => this.#moves().lineOf(entry) !== undefined,
    })
    this.asked.push(...asked)
    if (relay.kind !== 'shares') {
      this.#draft(kept, scope, match, found)
      return
    }
    const { leg, team } = relay
    const asLeg = { ...kept, participant: { ...kept.participant, team, leg } }
    this.#draft(asLeg, scope, { ...match, takesFrom: null }, found)
    for (const other of relay.others) this.#giveLeg(wearers, other)
    if (relay.isGuess) this.guesses.push(guessInWords({ code: 'legs-in-order' }))
  }

  #wearers(event: string, bib: string, stored: readonly KnownEntrant[]): readonly KnownEntrant[] {
    const now = this.#now.wearers(event, bib, stored)
    const there = new Set(now.map(({ participant }) => participant!.id))
    const rehearsed = this.memory.teams.get(`${event} ${bib}`) ?? []
    const gone = rehearsed.filter(({ participant }) => !there.has(participant!.id))
    for (const { participant } of gone) this.#takenBack.add(participant!.id)
    return [...now, ...gone]
  }

  /** Somebody who was alone under a bib so far turns out to be of a relay team. */
  #giveLeg(
    wearers: readonly KnownEntrant[],
    { entry, leg }: { readonly entry: string; readonly leg: number },
  ): void {
    const known = wearers.find(({ participant }) => participant!.id === entry)!
    const participant = known.participant!
    // It was planned on an earlier page of a rehearsal, and is not there.
    if (this.#takenBack.has(entry)) return
    this.#now.note({
      ...known,
      participant: { ...participant, fields: { ...participant.fields, leg } },
    })
    changeLater(this.#drafts, entry, { leg })
  }

  #draft(row: EntrantRow, scope: EventScope, match: Match, found: Found): void {
    const { newId, move } = this.#options
    const known = match.found
    const changes: Change[] = []
    const tagOf = (code: string | undefined): KnownTag | null => {
      const there = code === undefined ? null : tagFor(code, known, found.tags, this.guesses)
      if (there !== undefined) return there
      const made = { code: code!, id: newId(), status: 'inUse' }
      const fields = { number: made.code, status: made.status }
      changes.push({ action: 'create', entity: 'tag', id: made.id, fields })
      return made
    }
    const { tag: code, spare_tag: spare } = row.links
    const tag = tagOf(code)
    const spareTag = tagOf(spare === code ? undefined : spare)
    const startGroup = startGroupOf(row, scope, known)
    const links = {
      event: scope.id,
      organisation: found.organisation,
      startGroup,
      tag,
      spareTag,
      move,
    }
    changes.push(...planEntrant(row, known, links, newId))
    const after = entrantAfter(known, changes, links)
    this.#tell(row, scope, match, startGroup?.race ?? null)
    for (const { known: other } of match.possible.slice(0, mostPossible))
      this.doubles.push([after.person.id, other.person.id])
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
      const { name, shared, differs } = judgement
      this.possible.push({
        line,
        display,
        candidate: nameOf(known),
        why: `${whyOf(judgement)}.`,
        likeness: { name, shared, differs },
      })
    }
    const entry = found?.participant
    if (!entry) return
    const who = nameOf(found)
    if (guess !== null) this.guesses.push(guessInWords(guessed[guess](who, entry.fields)))
    const others = new Set(entry.places.map((place) => place.race))
    const isHere = this.memory.persons.get(found.person.id) !== undefined
    if (race === null || isHere || others.size === 0 || others.has(race)) return
    const name = (id: string) => scope.raceOf(id)?.name ?? id
    const code = this.#options.move && others.size === 1 ? 'race-moved' : 'race-added'
    this.guesses.push(guessInWords({ code, who, race: name(race), races: [...others].map(name) }))
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
    if (typeof bib === 'string') {
      memory.bibs.set(`${scope.id} ${bib}`, seen)
      if (typeof entry.fields['leg'] === 'number')
        memory.bibs.set(`${scope.id} ${bib} ${entry.id}`, seen)
    }
    if (this.#options.rehearse && typeof bib === 'string' && 'team' in participant) {
      const key = `${scope.id} ${bib}`
      const others = (memory.teams.get(key) ?? []).filter(
        ({ participant: other }) => other!.id !== entry.id,
      )
      memory.teams.set(key, [...others, after])
    }
    for (const code of codesOf(links)) memory.tags.set(`${scope.id} ${code}`, seen)
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
          ? [bibOf(known), `${bibOf(known)} ${known.participant?.id}`].some(
              (key) => this.memory.bibs.get(`${scope.id} ${key}`)?.entry === known.participant?.id,
            )
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
  #refusal(
    row: EntrantRow,
    scope: EventScope,
    match: Match,
    relay: 'shares' | 'alone',
  ): RefusedCell | null {
    const { memory } = this
    const bib = row.participant['number']
    const entry = match.found?.participant?.id
    const isLeg = relay === 'shares' || (match.found?.participant?.fields['leg'] ?? null) !== null
    const sameBib =
      typeof bib === 'string' && !isLeg ? memory.bibs.get(`${scope.id} ${bib}`) : undefined
    if (sameBib && sameBib.entry !== entry) return bibTwice(String(bib), sameBib.line)
    for (const code of codesOf(row.links)) {
      const sameTag = memory.tags.get(`${scope.id} ${code}`)
      const column = code === row.links.tag ? 'tag' : 'spare_tag'
      if (sameTag && sameTag.entry !== entry)
        return { column, facts: { code: 'tag-twice', tag: code, line: sameTag.line } }
    }
    if (entry !== undefined) {
      const { race } = row.links
      const key = race === undefined ? entry : `${entry} ${scope.race(race).id}`
      const line = memory.places.get(key)
      if (line !== undefined) {
        return sameBib
          ? bibTwice(String(bib), line)
          : { column: 'last_name', facts: { code: 'entrant-twice', line } }
      }
    }
    const holder = relay === 'shares' ? null : match.takesFrom
    if (holder === null || this.#moves().lineOf(holder.participant!.id) !== undefined) return null
    const name = displayName('person', holder.person.fields)
    const value = String(bib)
    return { column: 'bib', value, facts: { code: 'bib-taken', bib: value, name } }
  }

  /** Whoever was deleted here is not entered again by a list that still has them. */
  #wasDeleted(row: EntrantRow, entry: DeletedEntrant | undefined): RefusedCell | null {
    if (entry === undefined || this.#options.again) return null
    const on = new Date(entry.deletedOn / 1000).toISOString().slice(0, 10)
    const name = displayName('person', row.person)
    return { column: 'last_name', facts: { code: 'was-deleted', name, on, who: entry.who } }
  }
}

/** The person behind an entry that was deleted: entered again, it is the same person. */
function whoWas(entry: DeletedEntrant | undefined): KnownEntrant | null {
  if (entry === undefined || entry.personId === null) return null
  return { person: { id: entry.personId, fields: entry.person }, participant: null }
}

/** The tags of a row, each once. */
const codesOf = ({ tag, spare_tag: spare }: EntrantRow['links']): readonly string[] => [
  ...new Set([tag ?? [], spare ?? []].flat()),
]

const guessed: Readonly<Record<'name' | 'zeros', (who: string, fields: Fields) => GuessFacts>> = {
  name: (who) => ({ code: 'only-namesake', who }),
  zeros: (who, fields) => ({ code: 'bib-zeros', who, bib: String(fields['number']) }),
}

/** Of a common name, those who may be meant are not all told. */
const mostPossible = 3

/** An event without a day may be next year's or last year's. */
const slackWithoutDay = 3

const bibTwice = (bib: string, line: number): RefusedCell => ({
  column: 'bib',
  facts: { code: 'bib-twice', bib, line },
})

/** Name and bib, as a person tells entrants apart. */
function nameOf({ person, participant }: KnownEntrant): string {
  const bib = participant?.fields['number']
  const name = displayName('person', person.fields)
  return typeof bib === 'string' ? `${name} (${bib})` : name
}
