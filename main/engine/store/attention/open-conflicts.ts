/** Opening conflicts, and keeping what a rule settled: written after the sync records of a page. */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { run } from '../sql/statement.ts'
import type { FieldDecision } from './conflicts.ts'

/** A conflict as it is opened: three states of a record and the fields to decide. */
export interface NewConflict {
  readonly recordId: string
  readonly remoteId: string
  readonly base: string | null
  readonly ours: string
  readonly theirs: string
  readonly fields: readonly string[]
}

const disputed = page({
  ...{ recordId: 'text', remoteId: 'text', base: 'text?', ours: 'text', theirs: 'text' },
  ...{ fields: 'text', decision: 'text?' },
})

/** A page of conflicts. Their fields are sorted, so that conflicts about the same fields read the same. */
const toDisputed = (one: NewConflict, decision: string | null) => ({
  ...one,
  fields: JSON.stringify([...one.fields].sort()),
  decision,
})

/** Opens conflicts, once their sync records are written; one that is open already then says what is true now. */
export async function openConflicts(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  { conflicts, now }: { readonly conflicts: readonly NewConflict[]; readonly now: number },
): Promise<void> {
  if (conflicts.length === 0) return
  const given = disputed.json(conflicts.map((one) => toDisputed(one, null)))
  await run(
    trx,
    `WITH open AS MATERIALIZED (SELECT s.rowNo AS rowNo, item.* FROM ${disputed.from()} CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = ?3 AND s.remoteId = item.remoteId)
     UPDATE conflict SET recordId = open.recordId, remoteId = open.remoteId, base = open.base, ours = open.ours,
       theirs = open.theirs, fields = open.fields
     FROM open WHERE conflict.syncRecordNo = open.rowNo AND conflict.decidedOn IS NULL`,
    given,
    targetId,
    entity,
  )
  await run(
    trx,
    `INSERT INTO conflict (targetId, syncRecordNo, entity, recordId, remoteId, base, ours, theirs, fields, openedOn)
     SELECT ?2, s.rowNo, ?3, item.recordId, item.remoteId, item.base, item.ours, item.theirs, item.fields,
       CAST(?4 AS INTEGER)
     FROM ${disputed.from()} CROSS JOIN sync_record AS s
     WHERE s.targetId = ?2 AND s.entity = ?3 AND s.remoteId = item.remoteId
       AND NOT EXISTS (SELECT 1 FROM conflict AS c WHERE c.syncRecordNo = s.rowNo AND c.decidedOn IS NULL)`,
    given,
    targetId,
    entity,
    now,
  )
}

/** A difference a rule settled, with what it decided by field. */
export interface RuledConflict extends NewConflict {
  readonly decision: Readonly<Record<string, FieldDecision>>
}

/** Keeps what rules settled as history beside what people decided, once the sync records are written. */
export async function recordRuled(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  { ruled, now }: { readonly ruled: readonly RuledConflict[]; readonly now: number },
): Promise<void> {
  if (ruled.length === 0) return
  await run(
    trx,
    `INSERT INTO conflict (targetId, syncRecordNo, entity, recordId, remoteId, base, ours, theirs, fields, openedOn,
       decidedOn, decidedBy, decision)
     SELECT ?2, s.rowNo, ?3, item.recordId, item.remoteId, item.base, item.ours, item.theirs, item.fields,
       CAST(?4 AS INTEGER), CAST(?4 AS INTEGER), 'rule', item.decision
     FROM ${disputed.from()} CROSS JOIN sync_record AS s
     WHERE s.targetId = ?2 AND s.entity = ?3 AND s.remoteId = item.remoteId`,
    disputed.json(ruled.map((one) => toDisputed(one, JSON.stringify(one.decision)))),
    targetId,
    entity,
    now,
  )
}
