import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { jsonPage } from '../../main/engine/store/sql/statement.ts'
import { openRunners } from './database-folder.ts'

const page = Array.from({ length: 1000 }, (_, index) => ({
  name: `Runner ${index} "ünïcode" 🏁`,
  bib: String(index).padStart(5, '0'),
  modifiedOn: 1_760_000_000_000_000 + index,
}))

describe('a page of 1,000 rows', () => {
  it.each(['json_each', 'jsonb_each'] as const)(
    'is written by one statement with %s',
    async (each) => {
      const { db, reader } = await openRunners()
      const written = await sql`
      insert into runner (name, bib, modifiedOn)
      select value ->> 'name', value ->> 'bib', value ->> 'modifiedOn'
      from ${sql.raw(each)}(${JSON.stringify(page)}) where true
      on conflict (bib) do update set name = excluded.name
    `.execute(db)
      expect(written.numAffectedRows).toBe(1000n)
      const rows = await reader
        .selectFrom('runner')
        .select(['name', 'bib', 'modifiedOn'])
        .orderBy('id')
        .execute()
      expect(rows).toEqual(page)
    },
  )

  it('is read as one JSON text', async () => {
    const { db } = await openRunners()
    await db.insertInto('runner').values(page).execute()
    const read = await jsonPage(
      db,
      `select json_group_array(json_object('name', name, 'bib', bib, 'modifiedOn', modifiedOn)) as page
       from (select * from runner where modifiedOn >= ? order by id limit 1000)`,
      page[0]!.modifiedOn,
    )
    expect(read).toEqual(page)
    expect(await jsonPage(db, `select null as page where false`)).toEqual([])
  })
})
