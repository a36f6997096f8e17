/**
 * A consent withdrawn for a record that several of ours share is withdrawn for all of them: who unsubscribes an address does
 * so for everybody who has it, whichever of them speaks for the others there (`Resource.shared`).
 */
import type { Fields } from '../../model/record.ts'
import { findByKey } from '../../store/search/known-records.ts'
import { readRecords } from '../../store/sql/records.ts'
import { readSharers } from '../../store/links/shared-records.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { RunContext } from '../run-context.ts'
import { skipped, type Decided } from './decide/decide.ts'
import type { InboundPage } from './interpret.ts'
import { withdrawn } from './decide/resolve.ts'

const key = ['person', 'channel', 'topic'] as const

/** The same withdrawal for everybody else; at most four statements for a page. */
export async function withdrawalsOfSharers(
  { db, target, adapter }: RunContext,
  { entity, partOf }: EntityBinding,
  { records, candidates }: Pick<InboundPage, 'records' | 'candidates'>,
  decided: readonly Decided[],
): Promise<readonly Decided[]> {
  const root = adapter.manifest.bindings.find((one) => one.entity === partOf?.entity)
  if (entity !== 'contactPreference' || root?.entity !== 'person' || !root.shared) return []
  const withdrawals = decided.flatMap((one) => {
    const { change } = one
    if (!change || change.action === 'delete' || change.fields['status'] !== withdrawn) return []
    // One that was recognised only now is not known there by an id yet.
    const ours = records.get(change.id ?? '') ?? candidates.get(change.id ?? '')
    const fields: Fields = { ...ours?.fields, ...change.fields }
    return [{ one, fields }]
  })
  if (withdrawals.length === 0) return []
  const { field } = root.shared
  const people = await readRecords(
    db,
    'person',
    withdrawals.map(({ fields }) => String(fields['person'])),
  )
  const valueOf = (person: unknown) => people.get(String(person))?.fields[field]
  const values = withdrawals.map(({ fields }) => String(valueOf(fields['person']) ?? ''))
  const sharers = await readSharers(db, target.id, { entity: 'person', field }, values)
  const sought = withdrawals.flatMap(({ one, fields }) =>
    sharers
      .filter(({ record }) => record.fields[field] === valueOf(fields['person']))
      .filter(({ record }) => record.id !== fields['person'])
      .map(({ record }) => ({ one, fields: { ...fields, person: record.id } as Fields })),
  )
  const textOf = (fields: Fields) =>
    JSON.stringify(key.map((name) => String(fields[name] ?? '').toLowerCase()))
  const by = new Map(sought.map((each) => [textOf(each.fields), each] as const))
  const found = await findByKey(
    db,
    entity,
    key,
    [...by.values()].map(({ fields }) => key.map((name) => String(fields[name] ?? ''))),
  )
  return found.flatMap(({ id, fields }): readonly Decided[] => {
    const source = by.get(textOf(fields))
    if (!source || fields['status'] === withdrawn) return []
    const { status, source: where = null, changedOn = null } = source.fields
    const change = { status: status!, source: where, changedOn }
    const counted = { ...skipped(source.one.item, null), counted: 'updated' as const }
    return [{ ...counted, change: { action: 'update', entity, id, fields: change } }]
  })
}
