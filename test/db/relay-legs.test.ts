import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { schemaDifferences } from '../../main/engine/db/schema-check.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

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

it('RunSignup targets of an earlier version hear of places too, and look at all registrations once more', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0130'),
  )
  await addTarget(before)
  await sql`DELETE FROM target`.execute(before.db)
  const entities = ['event', 'race', 'person', 'tag', 'eventParticipant']
  for (const [id, adapter, direction, list] of [
    [1, 'runsignup', 'both', entities],
    [2, 'runsignup', 'outbound', entities],
    [3, 'runsignup', 'both', ['event', 'person', 'eventParticipant']],
    [4, 'tagserver', 'both', entities],
  ] as const) {
    await sql`INSERT INTO target (id, name, adapter, url, auth, mode, direction, conflicts, remoteDeletion, entities,
      mapping, schedule, createdOn) VALUES (${id}, ${`t${id}`}, ${adapter}, '', 'none', 'mirror', ${direction},
      'review', 'unlink', ${JSON.stringify(list)}, '[]', '{}', 1)`.execute(before.db)
    await sql`INSERT INTO cursor (targetId, entity, value) VALUES (${id}, 'eventParticipant', 'x')`.execute(
      before.db,
    )
  }
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const targets = await db.selectFrom('target').select(['id', 'entities']).orderBy('id').execute()
  expect(targets.map((one) => one.entities.includes('startGroupParticipant'))).toEqual([
    true,
    false,
    false,
    false,
  ])
  const scope = await db.selectFrom('target_scope').selectAll().execute()
  expect(scope).toMatchObject([
    { entity: 'startGroupParticipant', targetId: 1, outbound: 0, inbound: 1, firstState: 'linked' },
  ])
  const { rows } = await sql<{ targetId: number }>`SELECT targetId FROM cursor`.execute(db)
  expect(rows.map(({ targetId }) => targetId)).toEqual([2, 3, 4])
})
