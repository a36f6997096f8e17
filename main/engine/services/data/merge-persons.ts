/** Makes one person of two: everything of the one who goes belongs to the one who stays. */
import { ProblemError, type Problem } from '../../../contract/problem.ts'
import type { ChangeInside } from '../../change-together.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'
import { judge } from '../../model/same-person.ts'
import { findReferring } from '../../store/writer/along.ts'
import type { Change } from '../../store/writer/change.ts'
import { referrersTo } from '../../store/writer/holders.ts'
import { readDisplayNames, readRecords, readReferring } from '../../store/sql/records.ts'

/** Records moved at a time. */
const pageSize = 500

/** Two persons, by whose record stays. */
export interface Merging {
  readonly kept: MasterRecord
  readonly gone: MasterRecord
}

/**
 * Moves entries, consents and whatever else refers to the one who goes, fills what is empty with what she had, and
 * deletes her record. Throws `ProblemError`, and nothing is changed, where they cannot be one person, or both have an
 * entry in the same event.
 */
export async function mergePersons(
  trx: Trx,
  change: ChangeInside,
  { kept, gone }: Merging,
): Promise<void> {
  const differs = judge(kept.fields, gone.fields, { sameBib: false }).differs
  if (differs.length > 0) throw new ProblemError(contradicts(differs))
  const twice = await enteredTwice(trx, { kept, gone })
  if (twice !== null) throw new ProblemError(twice)
  await joinConsents(trx, change, { kept, gone })
  for (const referrer of referrersTo('person')) {
    for (;;) {
      const ids = await findReferring(trx, referrer, [gone.id], pageSize)
      if (ids.length === 0) break
      await all(
        change,
        ids.map((id) => ({
          action: 'update',
          entity: referrer.entity,
          id,
          fields: { [referrer.field]: kept.id },
        })),
      )
    }
  }
  const filled = whatIsMissing(kept.fields, gone.fields)
  await all(change, [
    ...(Object.keys(filled).length > 0
      ? [{ action: 'update', entity: 'person', id: kept.id, fields: filled } as const]
      : []),
    { action: 'delete', entity: 'person', id: gone.id },
  ])
}

/** The persons of a pair. Throws where one of them is not there any more. */
export async function readMerging(db: Db, keep: string, other: string): Promise<Merging> {
  const found = await readRecords(db, 'person', [keep, other])
  const [kept, gone] = [found.get(keep), found.get(other)]
  if (!kept || !gone || kept.deletedOn !== null || gone.deletedOn !== null) {
    throw new ProblemError({
      code: 'not-found',
      message: 'One of the two persons is not there any more.',
      fix: 'Look at the list again.',
    })
  }
  return { kept, gone }
}

function whatIsMissing(kept: Fields, gone: Fields): Fields {
  const empty = entities.person.fields.filter(({ name }) => isEmpty(kept[name]))
  return Object.fromEntries(
    empty.flatMap(({ name }) => (isEmpty(gone[name]) ? [] : [[name, gone[name] ?? null] as const])),
  )
}

const isEmpty = (value: Fields[string] | undefined) =>
  value === undefined || value === null || value === '' || value === 'unknown'

async function enteredTwice(db: Db, { kept, gone }: Merging): Promise<Problem | null> {
  const place = { entity: 'eventParticipant', field: 'person' } as const
  const entries = await readReferring(db, place, [kept.id, gone.id])
  const byEvent = Map.groupBy(entries, ({ fields }) => String(fields['event']))
  for (const [event, both] of byEvent) {
    const persons = new Set(both.map(({ fields }) => fields['person']))
    if (persons.size < 2) continue
    const names = await readDisplayNames(db, 'event', [event])
    const bibs = both.map(({ fields }) => bibOf(fields)).join(' and ')
    return {
      code: 'taken',
      message: `Both are entered in ${names.get(event) ?? 'the same event'}, ${bibs}.`,
      fix: 'Delete the entry that is not used, then merge them.',
    }
  }
  return null
}

const bibOf = ({ number }: Fields) =>
  typeof number === 'string' ? `with bib ${number}` : 'without a bib'

/** Of two answers to one question a withdrawal counts, else that of the one who stays. */
async function joinConsents(
  trx: Trx,
  change: ChangeInside,
  { kept, gone }: Merging,
): Promise<void> {
  const place = { entity: 'contactPreference', field: 'person' } as const
  const consents = await readReferring(trx, place, [kept.id, gone.id])
  const keyOf = ({ fields }: MasterRecord) => `${fields['channel']} ${fields['topic']}`
  const own = new Map(
    consents.flatMap((one) => (one.fields['person'] === kept.id ? [[keyOf(one), one]] : [])),
  )
  const changes: Change[] = []
  for (const theirs of consents.filter(({ fields }) => fields['person'] === gone.id)) {
    const same = own.get(keyOf(theirs))
    if (!same) continue
    const { status = null, source = null, changedOn = null } = theirs.fields
    if (status === 'optedOut' && same.fields['status'] !== 'optedOut') {
      changes.push({
        action: 'update',
        entity: 'contactPreference',
        id: same.id,
        fields: { status, source, changedOn },
      })
    }
    changes.push({ action: 'delete', entity: 'contactPreference', id: theirs.id })
  }
  await all(change, changes)
}

/** Any refusal undoes the transaction. */
async function all(change: ChangeInside, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  for (const outcome of await change(changes)) {
    if (outcome.status === 'refused') throw new ProblemError(outcome.problem)
  }
}

function contradicts(differs: readonly string[]): Problem {
  const labels = differs.map(
    (name) =>
      entities.person.fields.find((field) => field.name === name)?.label.toLowerCase() ?? name,
  )
  return {
    code: 'wrong-use',
    message: `They cannot be one person: the ${labels.join(' and ')} of the two differ.`,
    fix: 'Correct what is wrong first, or say that they are different people.',
  }
}
