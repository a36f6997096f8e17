/** The steps of a page of due records, with everything that has to be read for them. */
import type { Core } from '../../core.ts'
import type { RecordFilter } from '../../expressions/record-filter.ts'
import { readUndecided } from '../../store/undecided.ts'
import { findLaterLegs } from '../../store/relay-legs.ts'
import { readFirstRaces } from '../../store/race-places.ts'
import { readRoots } from '../../store/body-parts.ts'
import { readLinks, type DueRecord } from '../../store/sync-records.ts'
import type { Target } from '../../store/targets.ts'
import type { Adapter, EntityBinding } from '../../targets/kit/adapter.ts'
import { loadParts } from './load-parts.ts'
import { planRecord, type Step } from './plan.ts'

export interface PlanContext {
  readonly core: Core
  readonly target: Target
  readonly adapter: Adapter
  readonly filter: RecordFilter
}

/** Plans a page of one entity; a fixed number of statements whatever its length. */
export async function planPage(
  context: PlanContext,
  binding: EntityBinding,
  page: readonly DueRecord[],
  rehearsal = false,
): Promise<readonly Step[]> {
  const { core, target, adapter, filter } = context
  const links = await readLinks(core.db, target.id, [
    ...idsIn(page, [...binding.hard, ...binding.soft]),
  ])
  const parts = await loadParts(
    core.db,
    binding.parts,
    page.map(({ record }) => record),
  )
  const matches = await filter.matches(
    binding.entity,
    page.map((due) => due.record.fields),
  )
  const undecided = page.some(({ remoteId }) => remoteId === null)
    ? await readUndecided(core.db, target.id)
    : new Set<string>()
  const races = binding.perRace
    ? await readFirstRaces(
        core.db,
        target.id,
        page.map(({ recordId }) => recordId),
      )
    : new Map<string, string>()
  const bibElsewhere = binding.oneBibEach
    ? await findLaterLegs(
        core.db,
        page.flatMap(({ record }) => (typeof record.fields['leg'] === 'number' ? [record.id] : [])),
      )
    : new Set<string>()
  const { label } = adapter.manifest
  const { partOf } = binding
  // A target that does not hear of what it comes with cannot tell whose it is by now.
  const roots =
    partOf?.isMade && target.entities.includes(partOf.entity)
      ? await readRoots(
          core.db,
          target.id,
          partOf,
          page.map(({ recordId }) => recordId),
        )
      : null
  return page.map((due, at) => {
    const matchesFilter = matches[at] ?? true
    return planRecord(due, {
      binding,
      links,
      parts,
      races,
      bibElsewhere,
      roots,
      label,
      undecided,
      matchesFilter,
      rehearsal,
    })
  })
}

function idsIn(page: readonly DueRecord[], fields: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const { record } of page) {
    for (const field of fields) {
      const id = record.fields[field]
      if (typeof id === 'string') ids.add(id)
    }
  }
  return ids
}
