/** The event of a start list with its races and start groups: found, or planned to be made. */
import type { EventOutline } from '../store/imports/known-entrants.ts'
import type { Change } from '../store/writer/change.ts'
import { foldLabel } from '../model/folded-label.ts'

export interface ScopeRace {
  readonly id: string
  readonly name: string
}

/**
 * One event. What is missing is added to `planned` and known from then on. Names are compared without case and accents,
 * so that `wave 1` does not become a second `Wave 1`; signs tell them apart.
 */
export class EventScope {
  readonly id: string
  readonly name: string
  /** ISO 8601 UTC, null where the event has no day yet. */
  readonly startDateTime: string | null
  #planned: Change[] = []
  readonly #races = new Map<string, ScopeRace>()
  /** Per race: start groups by name. */
  readonly #groups = new Map<string, Map<string, string>>()
  readonly #newId: () => string

  constructor(name: string, outline: EventOutline | null, newId: () => string) {
    this.name = name
    this.id = outline?.id ?? newId()
    this.startDateTime = outline?.startDateTime ?? null
    this.#newId = newId
    if (!outline) {
      this.#planned.push({ action: 'create', entity: 'event', id: this.id, fields: { name } })
    }
    for (const race of outline?.races ?? []) this.#races.set(keyOf(race.name), race)
    for (const { id, race, name: group } of outline?.startGroups ?? []) {
      this.#groupsOf(race).set(keyOf(group), id)
    }
  }

  /** A copy to plan a page with; it takes the place of this one when the page is written. */
  fork(): EventScope {
    const copy = new EventScope(
      this.name,
      {
        id: this.id,
        startDateTime: this.startDateTime,
        races: [...this.#races.values()],
        startGroups: [],
      },
      this.#newId,
    )
    for (const [race, groups] of this.#groups) copy.#groups.set(race, new Map(groups))
    copy.#planned = [...this.#planned]
    return copy
  }

  /** Creations planned since the last call, parents first. */
  takePlanned(): readonly Change[] {
    return this.#planned.splice(0)
  }

  get races(): number {
    return this.#races.size
  }

  /** The race of this name. */
  race(name: string): ScopeRace {
    const known = this.#races.get(keyOf(name))
    if (known) return known
    const race = { id: this.#newId(), name }
    this.#races.set(keyOf(name), race)
    const fields = { event: this.id, name }
    this.#planned.push({ action: 'create', entity: 'race', id: race.id, fields })
    return race
  }

  /** The race of a row that names none: the only one, else the one called like the event. */
  defaultRace(): ScopeRace {
    const [only] = this.#races.values()
    return only !== undefined && this.#races.size === 1 ? only : this.race(this.name)
  }

  /** The race of this id, undefined when it is none of this event. */
  raceOf(id: string): ScopeRace | undefined {
    return [...this.#races.values()].find((race) => race.id === id)
  }

  hasGroup(race: string, group: string): boolean {
    return this.#groups.get(race)?.has(keyOf(group)) ?? false
  }

  /** The only race with a start group of this name, if there is just one. */
  raceWithGroup(group: string): ScopeRace | null {
    const having = [...this.#races.values()].filter(({ id }) => this.hasGroup(id, group))
    return having.length === 1 ? having[0]! : null
  }

  /** The start group of this name in a race; `seq` counts on in the order of the file. */
  startGroup(race: ScopeRace, name: string): string {
    const groups = this.#groupsOf(race.id)
    const known = groups.get(keyOf(name))
    if (known) return known
    const id = this.#newId()
    groups.set(keyOf(name), id)
    const fields = { race: race.id, name, seq: groups.size }
    this.#planned.push({ action: 'create', entity: 'startGroup', id, fields })
    return id
  }

  /** Where entrants of a race start when the list does not say: its only start group, else one called like the race. */
  defaultStartGroup(race: ScopeRace): string {
    const groups = this.#groupsOf(race.id)
    const [only] = groups.values()
    return only !== undefined && groups.size === 1 ? only : this.startGroup(race, race.name)
  }

  #groupsOf(race: string): Map<string, string> {
    const known = this.#groups.get(race)
    if (known) return known
    const groups = new Map<string, string>()
    this.#groups.set(race, groups)
    return groups
  }
}

const keyOf = foldLabel
