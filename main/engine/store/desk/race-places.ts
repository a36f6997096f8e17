/** Start groups of races, and which of them entrants are in. */
import type { Db } from '../../db/schema.ts'
import { foldLabel } from '../../model/folded-label.ts'
import { readLinksByRecordId } from '../links/inbound-links.ts'
import { jsonPage } from '../sql/statement.ts'

export interface RaceGroups {
  readonly race: string
  readonly name: string
  /** In their order. */
  readonly groups: readonly { readonly id: string; readonly name: string }[]
}

/** Live races with their live start groups. */
export async function readRaceGroups(
  db: Db,
  races: readonly string[],
): Promise<ReadonlyMap<string, RaceGroups>> {
  if (races.length === 0) return new Map()
  const found = await jsonPage<RaceGroups>(
    db,
    `SELECT json_group_array(json_object('race', r.id, 'name', r.name,
       'groups', (SELECT json_group_array(json_object('id', g.id, 'name', g.name) ORDER BY g.rowNo)
          FROM start_group g WHERE g.race = r.id AND g.deletedOn IS NULL))) AS page
     FROM json_each(?) AS wanted CROSS JOIN race r ON r.id = wanted.value AND r.deletedOn IS NULL`,
    JSON.stringify(races),
  )
  return new Map(found.map((one) => [one.race, one]))
}

export interface EntrantPlace {
  readonly entrant: string
  readonly startGroup: string
  readonly race: string
}

/** Live places of entrants, the first one they were given first. */
export async function readEntrantPlaces(
  db: Db,
  entrants: readonly string[],
): Promise<readonly EntrantPlace[]> {
  if (entrants.length === 0) return []
  return jsonPage<EntrantPlace>(
    db,
    `SELECT json_group_array(json_object('entrant', s.eventParticipant, 'startGroup', s.startGroup, 'race', g.race)
       ORDER BY s.rowNo) AS page
     FROM json_each(?) AS wanted
     CROSS JOIN start_group_participant s ON s.eventParticipant = wanted.value AND s.deletedOn IS NULL
     CROSS JOIN start_group g ON g.id = s.startGroup`,
    JSON.stringify(entrants),
  )
}

/** Where entrants of a race start when nothing more is known: its only start group, else the one called like the race. */
export function defaultGroup({ name, groups }: RaceGroups): string | null {
  const [only] = groups
  if (only && groups.length === 1) return only.id
  return groups.find((group) => foldLabel(group.name) === foldLabel(name))?.id ?? null
}

/** The race an entrant is in, as a target knows it. */
export interface FirstRace {
  readonly race: string
  /** Null where the target has none of the entrant's races. */
  readonly remoteId: string | null
}

/** By entrant: the first race given that a target has, else the first one. Whoever is in no race is missing. */
export async function readFirstRaces(
  db: Db,
  targetId: number,
  entrants: readonly string[],
): Promise<ReadonlyMap<string, FirstRace>> {
  const places = await readEntrantPlaces(db, entrants)
  if (places.length === 0) return new Map()
  const races = [...new Set(places.map(({ race }) => race))]
  const links = await readLinksByRecordId(db, targetId, races)
  const first = new Map<string, FirstRace>()
  for (const { entrant, race } of places) {
    const known = first.get(entrant)
    const remoteId = links.get(race)?.remoteId ?? null
    if (!known || (known.remoteId === null && remoteId !== null))
      first.set(entrant, { race, remoteId })
  }
  return first
}
