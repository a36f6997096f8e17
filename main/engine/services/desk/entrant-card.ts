/** The entrant card, and what the Desk answers. */
import type { DeskOutcome, EntrantCard } from '../../../contract/desk.ts'
import type { Problem } from '../../../contract/problem.ts'
import type { Db } from '../../db/schema.ts'
import { readEntrantExtra, readEntrantRows } from '../../store/desk/entrants.ts'
import { readRecordTargets, type RecordTargets } from '../../store/links/record-targets.ts'
import { toIso } from '../../store/sql/stamps.ts'
import { worstTargets } from '../../store/links/worst-targets.ts'

/** Everything about one entrant; null when there is none (any more). */
export async function readEntrantCard(db: Db, id: string): Promise<EntrantCard | null> {
  const [row] = await readEntrantRows(db, [id])
  const extra = row ? await readEntrantExtra(db, id) : null
  if (!row || !extra) return null
  const { places, modifiedOn, paid, waiver, own, ...rest } = extra
  const records = [id, row.personId, ...places]
  const targets = await readRecordTargets(db, records)
  return {
    ...row,
    ...rest,
    own: { ...own },
    paid: paid === null ? null : paid === 1,
    waiver: waiver === null ? null : waiver === 1,
    modifiedOn: toIso(modifiedOn) ?? '',
    targets: worstTargets(
      records.flatMap((record): RecordTargets[] => [targets.get(record) ?? {}]),
    ),
  }
}

/** `Ana Kip (12)`: how a message names an entrant. */
export function entrantName(card: Pick<EntrantCard, 'firstName' | 'lastName' | 'bib'>): string {
  const name = [card.firstName, card.lastName].filter(Boolean).join(' ')
  return card.bib === null ? name : `${name} (${card.bib})`
}

export function wrong(problem: Problem, entrant: EntrantCard | null = null): DeskOutcome {
  return { outcome: 'wrong', problem, entrant }
}

export const noSuchEntrant: Problem = {
  code: 'not-found',
  message: 'This entrant does not exist any more.',
  fix: 'Search again.',
}
