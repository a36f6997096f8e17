/** Planning one page of a start list. No I/O: what the database knows comes in. */
import type { BadRow } from '../../contract/imports.ts'
import { displayName } from '../model/record.ts'
import type { KnownEntrant, KnownTag } from '../store/known-entrants.ts'
import type { Change } from '../store/change.ts'
import type { EventScope } from './event-scope.ts'
import { folded, matchEntrant } from './match-entrant.ts'
import type { PlannedRow } from './page-import.ts'
import { planEntrant } from './plan-entrant.ts'
import type { EntrantRow } from './read-entrant.ts'

/** What the database says about one row. */
export interface Found {
  readonly holder: KnownEntrant | null
  readonly namesakes: readonly KnownEntrant[]
  /** Undefined when the row names no tag, or one that does not exist yet. */
  readonly tag: KnownTag | undefined
  readonly organisation: string | null
}

/** What is planned so far; becomes part of the file's memory once the page is written. */
export class EntrantPage {
  readonly scopes = new Map<string, EventScope>()
  readonly clubs = new Map<string, string>()
  readonly seen = new Map<string, number>()
  readonly claimed = new Set<string>()
  readonly rows: PlannedRow[] = []
  readonly bad: BadRow[] = []
  readonly #newClubs: Change[] = []
  readonly #newId: () => string
  readonly #seenBefore: ReadonlyMap<string, number>
  readonly #claimedBefore: ReadonlySet<string>

  constructor(
    newId: () => string,
    seenBefore: ReadonlyMap<string, number>,
    claimedBefore: ReadonlySet<string>,
  ) {
    this.#newId = newId
    this.#seenBefore = seenBefore
    this.#claimedBefore = claimedBefore
  }

  club(name: string): string {
    const known = this.clubs.get(name)
    if (known) return known
    const id = this.#newId()
    this.clubs.set(name, id)
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

  /** False, and a bad row, when an earlier row of the file has the same bib or tag or is the same entrant. */
  notTwice(row: EntrantRow, scope: EventScope): boolean {
    const keys = onceOnly(row, scope)
    for (const { key, column, what } of keys) {
      const line = this.#seenBefore.get(key) ?? this.seen.get(key)
      if (line === undefined) continue
      this.bad.push({ line: row.line, column, reason: `${what} is on line ${line} already.` })
      return false
    }
    for (const { key } of keys) this.seen.set(key, row.line)
    return true
  }

  planRow(row: EntrantRow, scope: EventScope, found: Found): void {
    const match = matchEntrant(row, found.holder, found.namesakes, {
      has: (id) => this.claimed.has(id) || this.#claimedBefore.has(id),
    })
    if ('takenBy' in match) {
      const holder = displayName('person', match.takenBy.person.fields)
      const reason = `Bib ${String(row.participant['number'])} is taken by ${holder}.`
      this.bad.push({ line: row.line, column: 'bib', reason })
      return
    }
    const known = match.found
    if (known) this.claimed.add(known.person.id)
    const changes: Change[] = []
    const code = row.links.tag
    let tag = found.tag ?? null
    if (code !== undefined && tag === null) {
      tag = { code, id: this.#newId(), status: 'inUse' }
      const fields = { number: code, status: 'inUse' }
      changes.push({ action: 'create', entity: 'tag', id: tag.id, fields })
    }
    const startGroup = this.#startGroup(row, scope, known)
    const links = { event: scope.id, organisation: found.organisation, startGroup, tag }
    changes.push(...planEntrant(row, known, links, this.#newId))
    this.rows.push({ row, changes })
  }

  #startGroup(
    { links }: EntrantRow,
    scope: EventScope,
    known: KnownEntrant | null,
  ): { readonly id: string; readonly race: string } | null {
    if (links.race === undefined && links.start_group === undefined) {
      // An event has a race, even if its list knows nothing of races.
      if (scope.races === 0) scope.defaultRace()
      return null
    }
    if (links.start_group !== undefined) {
      const race =
        links.race !== undefined
          ? scope.race(links.race)
          : (scope.raceWithGroup(links.start_group) ?? scope.defaultRace())
      return { id: scope.startGroup(race, links.start_group), race: race.id }
    }
    const race = scope.race(links.race!)
    const places = known?.participant?.places ?? []
    if (places.some((place) => place.race === race.id)) return null
    return { id: scope.defaultStartGroup(race), race: race.id }
  }
}

interface OnceOnly {
  readonly key: string
  readonly column: string
  readonly what: string
}

function onceOnly(row: EntrantRow, scope: EventScope): readonly OnceOnly[] {
  const keys: OnceOnly[] = []
  const bib = row.participant['number']
  const { tag } = row.links
  if (typeof bib === 'string')
    keys.push({ key: `b${scope.id}${bib}`, column: 'bib', what: `Bib ${bib}` })
  if (tag !== undefined) keys.push({ key: `t${scope.id}${tag}`, column: 'tag', what: `Tag ${tag}` })
  const telling = row.person['dateOfBirth'] ?? row.person['email']
  if (bib === undefined && telling !== undefined) {
    const names = `${folded(row.person['firstName'])} ${folded(row.person['lastName'])}`
    keys.push({
      key: `p${scope.id}${names} ${String(telling)}`,
      column: 'last_name',
      what: 'The same entrant (names and birth date or e-mail)',
    })
  }
  return keys
}
