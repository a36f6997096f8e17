/** Records that are the same as others somebody made elsewhere: see `model/twins.ts`. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'
import { mayBeTwins, twinKey } from '../../model/twins.ts'
import { readRecords } from '../sql/records.ts'
import { findIdsByKey } from './known-records.ts'

interface Made {
  readonly id: string
  readonly fields: Fields
}

/**
 * The oldest live record that is the same as each of these, by the id of these. Two statements whatever the number.
 * @param fits whether a record counts for the one of this id
 */
export async function findTwins(
  db: Db,
  entity: EntityName,
  made: readonly Made[],
  fits: (record: MasterRecord, madeId: string) => boolean = () => true,
): Promise<ReadonlyMap<string, MasterRecord>> {
  const key = twinKey(entity)
  if (key === null || made.length === 0) return new Map()
  const wanted = made.flatMap(({ fields }, row) => {
    const values = key.map((name) => fields[name] ?? null)
    return values[0] === null ? [] : [{ row, values }]
  })
  const ids = await findIdsByKey(db, entity, key, wanted)
  const records = await readRecords(db, entity, [...new Set([...ids.values()].flat())])
  const found = new Map<string, MasterRecord>()
  for (const [row, same] of ids) {
    const { id, fields } = made[row]!
    const twins = same.flatMap((other) => records.get(other) ?? [])
    const twin = twins
      .filter((one) => one.id !== id && fits(one, id) && mayBeTwins(entity, fields, one.fields))
      .toSorted((one, other) => one.createdOn - other.createdOn)[0]
    if (twin) found.set(id, twin)
  }
  return found
}
