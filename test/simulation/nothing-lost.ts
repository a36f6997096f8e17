/**
 * Nothing is lost: what a person here was told is saved is in the history, and it is the value now unless somebody here
 * changed it later, or somebody there did so knowing it, or the rule of the target gave the field to the other side.
 */
import type { Aftermath, AuditRow } from './aftermath.ts'
import type { Ledger, Saved } from './ledger.ts'
import type { MockSide } from './other-side.ts'
import type { World } from './world.ts'

/** What was lost, in words. */
export function losses(world: World, ledger: Ledger, after: Aftermath): readonly string[] {
  const byRecord = Map.groupBy(after.audit, ({ recordId }) => recordId)
  const found: string[] = []
  for (const saved of ledger.saved) {
    const history = byRecord.get(saved.recordId) ?? []
    if (!history.some((entry) => entry.origin === 'operator' && sets(entry, saved))) {
      found.push(`${words(saved)} was said to be saved and is not in the history`)
    }
  }
  for (const [recordId, history] of byRecord) {
    const created = history.filter(({ action }) => action === 'create').length
    if (created !== 1) found.push(`${recordId} came into being ${created} times`)
    for (const [at, entry] of history.entries()) {
      if (entry.origin !== 'target' || !entry.changes || entry.action !== 'update') continue
      for (const field of Object.keys(entry.changes)) {
        const last = history.slice(0, at).findLast((earlier) => changed(earlier, field))
        if (!last || last.origin === 'target') continue
        const why = unjustified({ world, ledger, after }, { entry, last, field })
        if (why) found.push(why)
      }
    }
  }
  return found
}

function words({ entity, recordId, field, value }: Saved): string {
  return `${entity} ${recordId} ${field} = ${String(value)}`
}

function sets(entry: AuditRow, { field, value }: Saved): boolean {
  const change = entry.changes?.[field]
  if (entry.action === 'create') return (change ?? null) === value
  return Array.isArray(change) && (change[1] ?? null) === value
}

function changed(entry: AuditRow, field: string): boolean {
  return entry.action === 'create' || entry.changes?.[field] !== undefined
}

interface Day {
  readonly world: World
  readonly ledger: Ledger
  readonly after: Aftermath
}

/** A field that a target set, and who had set it last. */
interface Replacement {
  readonly entry: AuditRow
  readonly last: AuditRow
  readonly field: string
}

/** Why a value of ours may not have been replaced by this one of theirs; null when it may. */
function unjustified(
  { world, ledger, after }: Day,
  { entry, last, field }: Replacement,
): string | null {
  const side = world.mockSides.find(({ plan }) => plan.name === entry.source)
  const row = after.rows.find(
    ({ recordId, target }) => recordId === entry.recordId && target === entry.source,
  )
  const [ours, theirs] = entry.changes![field] as [unknown, unknown]
  const say = (why: string) =>
    `${entry.entity} ${entry.recordId} ${field}: ${String(ours)} of the ${last.origin} was replaced by ${String(theirs)} of ${entry.source}, ${why}`
  if (!side) return say('which is no target')
  const remoteId = row?.remoteId ?? remoteIdAnyway(side, entry.recordId)
  if (!remoteId || ledger.raced.has(`${side.plan.name} ${remoteId}`)) return null
  if (ours === null && last.action === 'create') return null
  const history = side.history(remoteId, field)
  const edit = history.findLast(({ value, by }) => by === 'others' && same(value, theirs))
  if (ledger.wentBack && history.some(({ value }) => same(value, theirs))) return null
  // There, a reference is the remote id.
  if (isOwnId(theirs) || isOwnId(ours)) return null
  if (!edit) return say('which nobody there ever wrote')
  // An empty field is filled by what a target has from before it was told anything.
  const told = history.findIndex(({ by }) => by === 'marshal')
  if (ours === null && (told < 0 || history.indexOf(edit) < told)) return null
  const knew = history.some(
    ({ value, ignored, moment }) => !ignored && moment < edit.moment && same(value, ours),
  )
  if (knew) return null
  const { mode, conflicts } = side.plan
  if (entry.entity === 'contactPreference' && withdrawn(entry)) return null
  if (conflicts === 'latest-wins' || (conflicts === 'master-wins' && mode === 'target-leads')) {
    return null
  }
  return say(`written there without knowing ours, under ${conflicts} (${mode})`)
}

function remoteIdAnyway(side: MockSide, recordId: string): string | null {
  return side.record(recordId) ? recordId : null
}

function isOwnId(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('00000000-')
}

function same(there: unknown, here: unknown): boolean {
  const plain = (value: unknown) =>
    String(value ?? '')
      .trim()
      .toLowerCase()
  return plain(there) === plain(here)
}

/** Whatever the rule, a withdrawal of consent comes through, with what belongs to it. */
function withdrawn({ changes }: AuditRow): boolean {
  const status = changes?.['status']
  return Array.isArray(status) && status[1] === 'optedOut'
}
