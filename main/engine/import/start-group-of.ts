/** Where a row of a start list puts somebody. */
import type { KnownEntrant } from '../store/imports/known-entrants.ts'
import type { EventScope, ScopeRace } from './event-scope.ts'
import type { EntrantRow } from './read-entrant.ts'

/** The start group a row names, made where there is none; null where it says nothing new. */
export function startGroupOf(
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
