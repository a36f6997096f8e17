/** Reads what the bodies of a page say of other records; one statement for each kind of part, whatever the page's length. */
import type { Db } from '../../db/schema.ts'
import type { MasterRecord } from '../../model/record.ts'
import { readRecords, readReferring } from '../../store/sql/records.ts'
import type { KnownPart, KnownParts } from '../../targets/kit/bindings.ts'
import { nothingLoaded, type LoadedPart, type LoadedParts } from './decide/loaded-parts.ts'

/** The parts of some records, by their ids; a record without any is left out. */
export async function loadParts(
  db: Db,
  parts: KnownParts,
  owners: readonly MasterRecord[],
): Promise<ReadonlyMap<string, LoadedParts>> {
  const loaded = new Map<
    string,
    { one: Record<string, LoadedPart>; many: Record<string, LoadedPart[]> }
  >()
  const at = (id: string) => {
    const known = loaded.get(id) ?? { one: {}, many: {} }
    loaded.set(id, known)
    return known
  }
  if (owners.length === 0) return loaded
  for (const [name, part] of Object.entries(parts)) {
    const found = await readPart(db, part, owners)
    const below = await loadParts(db, part.parts, found)
    const withParts = (record: MasterRecord): LoadedPart => ({
      record,
      ...(below.get(record.id) ?? nothingLoaded),
    })
    if (part.kind === 'many') {
      for (const record of found) {
        const { many } = at(String(record.fields[part.field]))
        ;(many[name] ??= []).push(withParts(record))
      }
    } else {
      const byId = new Map(found.map((record) => [record.id, record]))
      for (const owner of owners) {
        const record = byId.get(String(owner.fields[part.field]))
        if (record) at(owner.id).one[name] = withParts(record)
      }
    }
  }
  return loaded
}

/** The live records of a part, each once, oldest first. */
async function readPart(
  db: Db,
  { kind, entity, field }: KnownPart,
  owners: readonly MasterRecord[],
): Promise<readonly MasterRecord[]> {
  if (kind === 'many')
    return readReferring(
      db,
      { entity, field },
      owners.map(({ id }) => id),
    )
  const ids = owners.flatMap(({ fields }) => fields[field] ?? [])
  return [...(await readRecords(db, entity, [...new Set(ids.map(String))])).values()]
}
