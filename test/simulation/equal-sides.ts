/** Both sides are equal, or the difference is listed for a person: conflict, failed, held, possible, unmatched. */
import type { FieldValue } from '../../main/contract/records.ts'
import { entityNames } from '../../main/contract/words.ts'
import { normaliseFields } from '../../main/engine/model/record.ts'
import type { EntityBinding } from '../../main/engine/targets/kit/adapter.ts'
import { findAdapter } from '../../main/engine/targets/registry.ts'
import type { Aftermath, SyncRow } from './aftermath.ts'
import type { Ledger } from './ledger.ts'
import { scopeOf, type Scenario } from './scenario.ts'
import { MockSide, TimingSide, type OtherSide } from './other-side.ts'

/** States a person sees in a list. Only `linked` promises that both sides are equal. */
const listed = new Set(['conflict', 'failed', 'held', 'possible', 'unmatched', 'ignored'])

interface Remote {
  readonly id: string
  readonly deleted: boolean
  readonly body: Readonly<Record<string, unknown>>
}

/** Everything in which a side differs without anybody being told, in words. */
export function differences(
  scenario: Scenario,
  side: OtherSide,
  after: Aftermath,
  ledger: Ledger,
): readonly string[] {
  const scope = scopeOf(scenario, side.plan)
  return findAdapter(side.plan.adapter)!
    .manifest.bindings.filter(({ entity }) => scope.includes(entity))
    .flatMap((binding) => ofEntity(side, binding, after, ledger))
}

function remotesOf(side: OtherSide, { entity, remoteName }: EntityBinding): readonly Remote[] {
  if (side instanceof TimingSide) {
    return side.dump(remoteName).map((body) => ({ id: String(body.id), deleted: false, body }))
  }
  if (!(side instanceof MockSide)) return []
  return side
    .records()
    .filter((record) => record.entity === entity)
    .map((body) => ({ id: body.id, deleted: body.deleted === true, body }))
}

function ofEntity(
  side: OtherSide,
  binding: EntityBinding,
  after: Aftermath,
  ledger: Ledger,
): readonly string[] {
  const { plan } = side
  const { entity } = binding
  const found: string[] = []
  const say = (words: string) => void found.push(`${plan.name}: ${entity} ${words}`)
  const rows = after.rows.filter((row) => row.target === plan.name && row.entity === entity)
  const byRemote = new Map(rows.flatMap((row) => (row.remoteId ? [[row.remoteId, row]] : [])))
  const byRecord = new Map(rows.flatMap((row) => (row.recordId ? [[row.recordId, row]] : [])))
  const remotes = new Map(remotesOf(side, binding).map((remote) => [remote.id, remote]))
  const there: There = {
    rows: after.rows.filter((row) => row.target === plan.name),
    isRemoved: (id) => side instanceof MockSide && side.record(id)?.deleted === true,
  }
  const refused = (id: string) => after.refusedHere.get(`${plan.name} ${id}`)
  // Somebody there was quicker between our question and our answer, and this server drops what comes second unsaid.
  const overtaken = (id: string) =>
    side instanceof MockSide && side.hasIgnored(id) && ledger.raced.has(`${plan.name} ${id}`)

  for (const remote of remotes.values()) {
    if (remote.deleted || overtaken(remote.id)) continue
    const row = byRemote.get(remote.id)
    if (!row) {
      const lost = rows.some(({ errorCode, remoteId }) => errorCode === 'ambiguous' && !remoteId)
      const unlinked = side instanceof MockSide && byRecord.get(remote.id)
      if (unlinked && listed.has(unlinked.state)) continue
      if (!refused(remote.id) && !(lost && side instanceof TimingSide)) {
        say(`${remote.id} is there and nobody here knows of it: ${JSON.stringify(remote.body)}`)
      }
      continue
    }
    if (row.recordId === null) {
      if (!listed.has(row.state)) say(`${remote.id} has no record here and is ${row.state}`)
      continue
    }
    const ours = after.records.get(row.recordId)
    if (!ours) {
      if (!listed.has(row.state)) say(`${remote.id} is there, deleted here, and ${row.state}`)
      continue
    }
    if (listed.has(row.state) || refused(remote.id)) continue
    const differing = differingFields(binding, ours, remote, there)
    if (differing.length > 0) say(`${row.recordId} (${row.state}) differs: ${differing.join('; ')}`)
  }

  for (const record of after.records.values()) {
    if (record.entity !== entity) continue
    const row = byRecord.get(record.id)
    if (!row) {
      say(`${record.id} is here and has no sync record`)
      continue
    }
    if (row.state === 'retry' || (row.state === 'linked' && row.due === 1)) {
      say(`${record.id} still waits to be sent: ${describe(row)}`)
    }
    if (listed.has(row.state)) continue
    const remote = row.remoteId === null ? undefined : remotes.get(row.remoteId)
    if (remote && overtaken(remote.id)) continue
    const goneThere = remote?.deleted === true && plan.remoteDeletion === 'ignore'
    if ((!remote || remote.deleted) && !goneThere && !refused(row.remoteId ?? '')) {
      say(`${record.id} is here and not there: ${describe(row)}`)
    }
  }
  return found
}

function describe(row: SyncRow): string {
  return `${row.state}, remote ${row.remoteId}, ${row.errorCode ?? ''} ${row.errorMessage ?? ''}`
}

/** What is known of a target. */
interface There {
  readonly rows: readonly SyncRow[]
  /** It had a record of this id. */
  readonly isRemoved: (remoteId: string) => boolean
}

function differingFields(
  binding: EntityBinding,
  ours: Readonly<Record<string, unknown>>,
  remote: Remote,
  { rows, isRemoved }: There,
): readonly string[] {
  const read = binding.fromRemote!(remote.body)
  const theirs = normaliseFields(binding.entity, withoutOthers(binding, read.fields)).fields
  const here: Record<string, FieldValue> = {}
  for (const name of binding.fields) here[name] = (ours[name] ?? null) as FieldValue
  const projected = binding.project ? binding.project(here) : here
  const words: string[] = []
  for (const name of binding.fields) {
    const reference = [...binding.hard, ...binding.soft].includes(name)
    if (reference ? read.refs[name] === undefined : theirs[name] === undefined) {
      // The server says nothing of it: then it was never anything here that it should know.
      if (projected[name] === null || projected[name] === undefined) continue
    }
    const there = reference ? (read.refs[name] ?? null) : (theirs[name] ?? null)
    const value = projected[name] ?? null
    const parent =
      reference && value !== null ? rows.find((row) => row.recordId === value) : undefined
    // What was removed there stays named there until somebody changes the record that names it.
    if (parent && parent.remoteId === null && parent.state === 'unmatched') continue
    if (reference && value === null && there !== null && isRemoved(String(there))) continue
    const expected = reference ? (parent?.remoteId ?? null) : value
    if (there !== expected) words.push(`${name} here ${String(expected)}, there ${String(there)}`)
  }
  return words
}

function withoutOthers(
  binding: EntityBinding,
  fields: Readonly<Record<string, FieldValue>>,
): Record<string, FieldValue> {
  const own: Record<string, FieldValue> = {}
  for (const name of binding.fields) if (fields[name] !== undefined) own[name] = fields[name]
  return own
}

/** Records made twice: one of ours with more than one remote record of its own, or one nobody claims. */
export function duplicates(side: OtherSide, after: Aftermath): readonly string[] {
  const found: string[] = []
  const rows = after.rows.filter((row) => row.target === side.plan.name)
  if (side instanceof MockSide) {
    for (const record of side.records()) {
      if (record.deleted || !side.madeByMarshal.has(record.id)) continue
      if (!(entityNames as readonly string[]).includes(record.entity)) continue
      const row = rows.find(({ recordId }) => recordId === record.id)
      // What the lists did not show yet was made a second time by nobody's fault.
      if (row?.remoteId && row.remoteId !== record.id && !side.hidden.has(row.remoteId)) {
        found.push(
          `${side.plan.name}: ${record.entity} ${record.id} is also there as ${row.remoteId}`,
        )
      }
    }
  }
  const claimed = new Map<string, SyncRow>()
  for (const row of rows) {
    if (!row.remoteId) continue
    const key = `${row.entity} ${row.remoteId}`
    if (claimed.has(key)) found.push(`${side.plan.name}: ${key} belongs to two records`)
    claimed.set(key, row)
  }
  return found
}

/** Every open conflict keeps both values, and every conflicting record has one. */
export function conflictFaults(after: Aftermath): readonly string[] {
  const found: string[] = []
  const open = new Map(after.conflicts.map((conflict) => [conflict.syncRecordNo, conflict]))
  for (const row of after.rows) {
    const conflict = open.get(row.rowNo)
    if (row.state === 'conflict' && !conflict) {
      found.push(
        `${row.target}: ${row.entity} ${row.recordId} waits for a decision nobody can make`,
      )
    }
    if (conflict && row.state !== 'conflict') {
      found.push(
        `${row.target}: ${row.entity} ${row.recordId} is ${row.state} with an open conflict`,
      )
    }
  }
  if (open.size !== after.conflicts.length) found.push('A record has two open conflicts')
  return found
}
