/**
 * Clubs, races and start groups are found by their names as runners see them (model/folded-label.ts), by lists and by
 * targets alike; what a target has that fits nothing here is known by such names too.
 */
import { sql, type Kysely } from 'kysely'
import { foldLabel } from '../../model/folded-label.ts'
import type { Migration } from '../migration.ts'

/** Rows filled at a time: memory stays a page. */
const page = 2_000

/** Table → what a name is looked up with. */
const tables = { organisation: '', race: 'event, ', start_group: 'race, ' } as const

export const foldedLabels: Migration = {
  name: '0185-folded-labels',
  async up(db) {
    for (const [table, within] of Object.entries(tables)) {
      await sql.raw(`ALTER TABLE ${table} ADD COLUMN foldedName TEXT`).execute(db)
      await fillNames(db, table)
      await sql
        .raw(`CREATE INDEX ${table}_by_foldedName ON ${table} (${within}foldedName)`)
        .execute(db)
    }
    await foldKeys(db)
  },
}

async function fillNames(db: Kysely<unknown>, table: string): Promise<void> {
  for (let after = 0; ;) {
    const { rows } = await sql<{ rowNo: number; name: string }>`SELECT rowNo, name
      FROM ${sql.table(table)} WHERE rowNo > ${after} ORDER BY rowNo LIMIT ${page}`.execute(db)
    const last = rows.at(-1)
    if (!last) return
    const folded = JSON.stringify(rows.map(({ rowNo, name }) => [rowNo, foldLabel(name)]))
    await sql`UPDATE ${sql.table(table)} SET foldedName = item.value ->> 1
      FROM json_each(${folded}) AS item WHERE ${sql.table(table)}.rowNo = item.value ->> 0`.execute(
      db,
    )
    after = last.rowNo
  }
}

/** The name is the last part of such a key, until now in small letters. */
async function foldKeys(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ key: string }>`SELECT DISTINCT key FROM unlinked_key
    WHERE entity IN ('organisation', 'race', 'startGroup')`.execute(db)
  const changed = rows.flatMap(({ key }) => {
    if (!key.startsWith('[')) return []
    const parts = JSON.parse(key) as string[]
    const folded = JSON.stringify([...parts.slice(0, -1), foldLabel(parts.at(-1)!)])
    return folded === key ? [] : [[key, folded]]
  })
  for (let at = 0; at < changed.length; at += page) {
    await sql`UPDATE OR REPLACE unlinked_key SET key = item.value ->> 1
      FROM json_each(${JSON.stringify(changed.slice(at, at + page))}) AS item
      WHERE unlinked_key.key = item.value ->> 0
        AND entity IN ('organisation', 'race', 'startGroup')`.execute(db)
  }
}
