/** The steps of a page of due records, with everything that has to be read for them. */
import type { Db } from '../../db/schema.ts'
import type { MasterRecord } from '../../model/record.ts'
import { readUndecided } from '../../store/links/possible-twins.ts'
import { findLaterLegs } from '../../store/desk/relay-legs.ts'
import { readFirstRaces, type FirstRace } from '../../store/desk/race-places.ts'
import { readRoots } from '../../store/links/body-parts.ts'
import {
  readHolders,
  readLeaving,
  readSharers,
  type Holder,
} from '../../store/links/shared-records.ts'
import {
  readDuePage,
  readLinks,
  type DuePage,
  type DueRecord,
} from '../../store/links/sync-records.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { RunContext } from '../run-context.ts'
import { loadParts } from './load-parts.ts'
import { nothingLoaded, type LoadedParts } from './decide/loaded-parts.ts'
import {
  isOther,
  joinParts,
  planSharing,
  sharedValues,
  valueNow,
  type Shared,
  type Sharing,
} from './decide/plan-sharing.ts'
import { planRecord, type Step } from './decide/plan.ts'

export interface PlanContext extends Pick<RunContext, 'target' | 'adapter' | 'filter'> {
  /** Nothing is sent: what is held until its parent is there counts as if that came first. */
  readonly rehearsal?: boolean
}

/** Due records of one entity, in row order, with what is to become of each. */
export interface PlannedPage {
  readonly due: readonly DueRecord[]
  readonly steps: readonly Step[]
}

/** How a walk over the due records of one entity goes. */
export interface Walk extends Pick<DuePage, 'limit' | 'selected'> {
  readonly binding: EntityBinding
  readonly signal?: AbortSignal
  /** Plans a page once it has read it; left out: `planPage`. May read it again where planning it made others due. */
  readonly plan?: (read: () => Promise<readonly DueRecord[]>) => Promise<PlannedPage>
}

/** The one road of sending, of its rehearsal, and of the guards: the due records of an entity, page by page. */
export async function* plannedPages(
  db: Db,
  context: PlanContext,
  { binding, limit, selected, signal, plan }: Walk,
): AsyncGenerator<PlannedPage> {
  const simply: NonNullable<Walk['plan']> = async (read) => {
    const due = await read()
    return { due, steps: due.length > 0 ? await planPage(db, context, binding, due) : [] }
  }
  for (let after = 0; !signal?.aborted;) {
    const from = { after, limit, selected }
    const page = await (plan ?? simply)(() =>
      readDuePage(db, context.target.id, binding.entity, from),
    )
    const last = page.due.at(-1)
    if (!last) return
    after = last.rowNo
    yield page
  }
}

/** Plans a page of one entity; a fixed number of statements whatever its length. */
export async function planPage(
  db: Db,
  context: PlanContext,
  binding: EntityBinding,
  page: readonly DueRecord[],
): Promise<readonly Step[]> {
  const { target, adapter, filter, rehearsal = false } = context
  const links = await readLinks(db, target.id, [...idsIn(page, [...binding.hard, ...binding.soft])])
  const { sharing, sharers } = await readSharing(db, context, binding, page)
  const parts = await loadParts(db, binding.parts, [
    ...page.map(({ record }) => record),
    ...sharers,
  ])
  const matches = await filter.matches(
    binding.entity,
    page.map((due) => due.record.fields),
  )
  const undecided = page.some(({ remoteId }) => remoteId === null)
    ? await readUndecided(db, target.id)
    : new Set<string>()
  const races = binding.perRace
    ? await readFirstRaces(
        db,
        target.id,
        page.map(({ recordId }) => recordId),
      )
    : new Map<string, FirstRace>()
  const bibElsewhere = binding.oneBibEach
    ? await findLaterLegs(
        db,
        page.flatMap(({ record }) => (typeof record.fields['leg'] === 'number' ? [record.id] : [])),
      )
    : new Set<string>()
  const { label } = adapter.manifest
  const { partOf } = binding
  // A target that does not hear of what it comes with cannot tell whose it is by now.
  const roots =
    partOf?.isMade && target.entities.includes(partOf.entity)
      ? await readRoots(
          db,
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
      parts: partsOf(due.recordId, parts, sharing),
      sharing: sharing.get(due.recordId) ?? null,
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

interface SharingOfPage {
  readonly sharing: ReadonlyMap<string, Sharing>
  /** Records beyond the page whose parts are said in its bodies. */
  readonly sharers: readonly MasterRecord[]
}

/** Who of a page speaks for whom, where several records are one there; two statements, and one of the filter. */
async function readSharing(
  db: Db,
  context: PlanContext,
  { entity, shared }: EntityBinding,
  page: readonly DueRecord[],
): Promise<SharingOfPage> {
  const { target, filter } = context
  if (!shared) return { sharing: new Map(), sharers: [] }
  const values = sharedValues(page, shared.field)
  const found = await readSharers(db, target.id, { entity, ...shared }, values)
  const matches = await filter.matches(
    entity,
    found.map(({ record }) => record.fields),
  )
  const sharers = found.filter((_, at) => matches[at] ?? true)
  const byValue = Map.groupBy(sharers, ({ record }) => record.fields[shared.field])
  const onPage = new Set(page.map(({ recordId }) => recordId))
  const among = (due: DueRecord) =>
    sharedValues([due], shared.field).flatMap((value) => byValue.get(value) ?? [])
  const holderOf = await readHolding(db, context, { entity, shared }, page)
  const others = (due: DueRecord) => ({ sharers: among(due), holder: holderOf(due) })
  return {
    sharing: new Map(
      page.map((due) => [due.recordId, planSharing(due, shared, others(due))] as const),
    ),
    sharers: sharers.flatMap(({ record }) => (onPage.has(record.id) ? [] : [record])),
  }
}

/** What is linked there to the value a due record has now. */
async function readHolding(
  db: Db,
  { target }: PlanContext,
  { entity, shared }: Pick<EntityBinding, 'entity'> & { readonly shared: Shared },
  page: readonly DueRecord[],
): Promise<(due: DueRecord) => Holder | undefined> {
  const { field, idOf } = shared
  if (idOf) {
    const idNow = (due: DueRecord) => {
      const value = valueNow(due, field)
      return value === null ? '' : idOf(value)
    }
    const ids = new Set(page.map(idNow).filter((id) => id !== ''))
    const holders = await readHolders(db, target.id, entity, [...ids])
    return (due) => holders.get(idNow(due))
  }
  // Who has the value already has it there as well.
  const values = page
    .filter((due) => isOther(due, field))
    .flatMap((due) => valueNow(due, field) ?? [])
  const holders = await readLeaving(db, target.id, { entity, field }, [...new Set(values)])
  return (due) => (isOther(due, field) ? holders.get(valueNow(due, field) ?? '') : undefined)
}

function partsOf(
  recordId: string,
  parts: ReadonlyMap<string, LoadedParts>,
  sharing: ReadonlyMap<string, Sharing>,
): LoadedParts {
  const own = sharing.get(recordId)
  return own?.kind === 'speaks' ? joinParts(own.of, parts) : (parts.get(recordId) ?? nothingLoaded)
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
