/**
 * Places of a system that knows races and no start groups (`EntityBinding.inRace`): whoever is in a race here already is
 * where they should be, whatever the group; everybody else comes into the race's default start group, as from a list.
 */
import { applyChanges } from '../../change-together.ts'
import type { Db } from '../../db/schema.ts'
import type { Fields } from '../../model/record.ts'
import { readLinksByRemoteId, type InboundLink } from '../../store/links/inbound-links.ts'
import type { InboxItem } from '../../store/traffic/inbox.ts'
import { defaultGroup, readEntrantPlaces, readRaceGroups } from '../../store/desk/race-places.ts'
import type { EntityBinding, FromRemote } from '../../targets/kit/adapter.ts'
import type { RunContext } from '../run-context.ts'

/** Our record of a remote one: the one it is linked to, or stands for. */
export function recordBehind(link: InboundLink | undefined): string | undefined {
  if (!link) return undefined
  if (link.recordId !== null || link.linkData === null) return link.recordId ?? undefined
  return (JSON.parse(link.linkData) as { readonly sameAs?: string }).sameAs
}

export interface RacePlaces {
  /** The start group that a remote place means, undefined where it cannot be told yet. */
  startGroupOf(remoteId: string, refs: FromRemote['refs']): string | undefined
}

/**
 * Everything the places of a page are told from; two statements.
 * @param refs links of what the page refers to: races by `startGroup`, entries by `eventParticipant`
 * @param links of the places themselves, by remote id
 */
export async function readRacePlaces(
  db: Db,
  refs: ReadonlyMap<string, ReadonlyMap<string, InboundLink>>,
  links: ReadonlyMap<string, InboundLink>,
): Promise<RacePlaces> {
  const ours = (field: string, remoteId: string | null | undefined) =>
    typeof remoteId === 'string' ? recordBehind(refs.get(field)?.get(remoteId)) : undefined
  const idsOf = (field: string) => [
    ...new Set([...(refs.get(field)?.values() ?? [])].flatMap((link) => recordBehind(link) ?? [])),
  ]
  const races = await readRaceGroups(db, idsOf('startGroup'))
  const placed = new Map<string, string>()
  for (const { entrant, race, startGroup } of await readEntrantPlaces(
    db,
    idsOf('eventParticipant'),
  )) {
    const key = `${entrant} ${race}`
    if (!placed.has(key)) placed.set(key, startGroup)
  }
  return {
    startGroupOf(remoteId, { startGroup, eventParticipant }) {
      const race = races.get(ours('startGroup', startGroup) ?? '')
      const entrant = ours('eventParticipant', eventParticipant)
      if (!race || entrant === undefined) return undefined
      return (
        placed.get(`${entrant} ${race.race}`) ??
        race.groups.find(({ id }) => id === agreedGroup(links.get(remoteId)))?.id ??
        defaultGroup(race) ??
        undefined
      )
    },
  }
}

function agreedGroup(link: InboundLink | undefined): unknown {
  return link?.agreed ? (JSON.parse(link.agreed) as Fields)['startGroup'] : undefined
}

/** Makes the default start group of each race that places of the page need and that has none. */
export async function makeStartGroups(
  context: RunContext,
  { fromRemote }: EntityBinding,
  items: readonly InboxItem[],
): Promise<void> {
  const { db, ports, target } = context
  const remoteIds = new Set(
    items.flatMap(({ deleted, body }) =>
      deleted ? [] : (fromRemote?.(body).refs['startGroup'] ?? []),
    ),
  )
  const links = await readLinksByRemoteId(db, target.id, 'race', [...remoteIds])
  const ids = [...links.values()].flatMap(({ recordId }) => recordId ?? [])
  const races = await readRaceGroups(db, ids)
  const changes = [...races.values()]
    .filter((race) => defaultGroup(race) === null)
    .map(({ race, name, groups }) => ({
      action: 'create' as const,
      entity: 'startGroup' as const,
      id: ports.ids.uuid(),
      fields: { race, name, seq: groups.length + 1 },
    }))
  if (changes.length === 0) return
  const byTarget = { ...context, who: () => target.name }
  await applyChanges(byTarget, changes, { origin: 'target', source: target.name })
}
