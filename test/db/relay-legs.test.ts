import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { schemaDifferences } from '../../main/engine/db/schema-check.ts'
import { emptyFolder, openAfter } from './database-folder.ts'

it('entries of an earlier version stay as they are; then legs may share a bib, and no tag is worn twice', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0130'),
  )
  const audit = `1, 'Eva', 1, 'Eva'`
  const master = 'createdOn, createdBy, modifiedOn, modifiedBy'
  for (const statement of [
    `INSERT INTO event (id, name, ${master}) VALUES ('e', 'Relay', ${audit})`,
    `INSERT INTO person (id, lastName, ${master}) VALUES ('p', 'One', ${audit})`,
    `INSERT INTO tag (id, number, ${master}) VALUES ('t', 'C1', ${audit})`,
    `INSERT INTO event_participant (id, event, person, number, tag, team, status, ${master})
     VALUES ('a', 'e', 'p', '1', 't', 'Fast Four', 'registered', ${audit})`,
  ]) {
    await sql.raw(statement).execute(before.db)
  }
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const entries = sql<object>`SELECT id, number, tag, spareTag, team, leg, shirt, waiver FROM event_participant`
  expect((await entries.execute(db)).rows).toEqual([
    {
      id: 'a',
      number: '1',
      tag: 't',
      spareTag: null,
      team: 'Fast Four',
      leg: null,
      shirt: null,
      waiver: null,
    },
  ])
  const add = (id: string, number: string, leg: number | null, tags: string) =>
    sql
      .raw(
        `INSERT INTO event_participant (id, event, person, number, leg, tag, spareTag, status, ${master})
         VALUES ('${id}', 'e', 'p', '${number}', ${leg}, ${tags}, 'registered', ${audit})`,
      )
      .execute(db)
  await expect(add('b', '1', null, 'NULL, NULL')).rejects.toThrow('UNIQUE')
  await add('b', '1', 2, 'NULL, NULL')
  await expect(add('c', '1', 2, 'NULL, NULL')).rejects.toThrow('UNIQUE')
  await expect(add('c', '3', null, `NULL, 't'`)).rejects.toThrow('held twice')
  await expect(
    sql`UPDATE event_participant SET spareTag = 't' WHERE id = 'b'`.execute(db),
  ).rejects.toThrow('held twice')
  await expect(
    sql`UPDATE event_participant SET spareTag = 't' WHERE id = 'a'`.execute(db),
  ).rejects.toThrow('held twice')
  expect(await schemaDifferences({ file: join(folder, 'marshal.db') })).toEqual([])
})
