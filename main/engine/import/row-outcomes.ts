/** What became of each row of a written page, and which fields it changed. Pure. */
import type { RowOutcome } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Change, ChangeOutcome } from '../store/writer/change.ts'
import type { PagePlan, Row } from './page-import.ts'

/** A field of a record that was here already, before and after. */
export interface FieldDiff {
  readonly entity: EntityName
  readonly name: string
  readonly before: FieldValue
  readonly after: FieldValue
}

export interface RowResult {
  readonly row: Row
  readonly outcome: Exclude<RowOutcome, 'possible' | 'refused'>
  /** Empty for somebody new: all of it is. */
  readonly diffs: readonly FieldDiff[]
}

export interface WrittenChanges {
  readonly changes: readonly Change[]
  readonly outcomes: readonly ChangeOutcome[]
  /** Where the rows' own changes begin. */
  readonly first: number
}

/**
 * One result per row of the plan.
 * @param main the kind the rows are about, see `PageImport.main`
 */
export function rowResults(
  plan: PagePlan,
  { changes, outcomes, first }: WrittenChanges,
  main: EntityName,
): readonly RowResult[] {
  let at = first
  return plan.rows.map(({ row, changes: own }) => {
    const from = at
    at += own.length
    return { row, ...resultOf(changes.slice(from, at), outcomes.slice(from, at), main) }
  })
}

function resultOf(
  changes: readonly Change[],
  outcomes: readonly ChangeOutcome[],
  main: EntityName,
): Omit<RowResult, 'row'> {
  if (outcomes.every(({ status }) => status === 'unchanged')) return { outcome: 'same', diffs: [] }
  const made = (entity: EntityName) =>
    outcomes.some(({ status }, at) => status === 'created' && changes[at]!.entity === entity)
  if (made(main)) return { outcome: 'new', diffs: [] }
  const diffs = outcomes.flatMap((outcome, at) => diffsOf(changes[at]!, outcome, main))
  const moved = diffs.some(
    ({ entity, name, before }) =>
      entity === 'startGroupParticipant' && name === 'startGroup' && before !== null,
  )
  return { outcome: moved ? 'moved' : 'changed', diffs }
}

/** A tag follows who wears it: its own fields are told only where the list is one of tags. */
const follows: ReadonlySet<EntityName> = new Set(['tag'])

function diffsOf(
  { entity }: Change,
  outcome: ChangeOutcome,
  main: EntityName,
): readonly FieldDiff[] {
  if (outcome.status !== 'updated' && outcome.status !== 'created') return []
  if (entity !== main && follows.has(entity)) return []
  const { before, record } = outcome
  // A place that was added is told by its start group alone.
  const names = before === null ? ['startGroup'] : Object.keys(record.fields)
  return names.flatMap((name) => {
    const was = before?.fields[name] ?? null
    const is = record.fields[name] ?? null
    return was === is ? [] : [{ entity, name, before: was, after: is }]
  })
}
