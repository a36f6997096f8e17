import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { searchEntrants } from '../../main/engine/store/desk/find-entrants.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { emptyFolder, openAfter } from './database-folder.ts'

it('persons of an earlier version are found by their folded names and by their numbers', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0080'),
  )
  const stamps = `1, 'x', 1, 'x', NULL`
  const people = [
    ['p1', 'José', 'García'],
    ['p2', null, 'Müller-Lüdenscheidt'],
    ...Array.from({ length: 4_100 }, (_, at) => [`q${at}`, `First${at}`, `Söhne${at}`] as const),
  ]
  await sql`INSERT INTO person (id, firstName, lastName, dateOfBirth, createdOn, createdBy, modifiedOn, modifiedBy)
    SELECT value ->> 0, value ->> 1, value ->> 2, '1990-07-01', 1, 'x', 1, 'x'
    FROM json_each(${JSON.stringify(people)})`.execute(before.db)
  await sql`INSERT INTO person (id, lastName, createdOn, createdBy, modifiedOn, modifiedBy, deletedOn)
    VALUES ('gone', 'García', 1, 'x', 1, 'x', 2)`.execute(before.db)
  await sql
    .raw(
      `INSERT INTO event (id, name, createdOn, createdBy, modifiedOn, modifiedBy, deletedOn)
    VALUES ('e', 'Spring', ${stamps})`,
    )
    .execute(before.db)
  await sql
    .raw(
      `INSERT INTO event_participant (id, event, person, number, createdOn, createdBy, modifiedOn, modifiedBy, deletedOn)
    VALUES ('ep1', 'e', 'p1', '00258', ${stamps}), ('ep2', 'e', 'p2', '2580', ${stamps})`,
    )
    .execute(before.db)
  await sql
    .raw(
      `INSERT INTO counter (targetId, name, value)
    VALUES (0, 'person', 4102), (0, 'event', 1), (0, 'eventParticipant', 2)`,
    )
    .execute(before.db)
  await before.close()

  const after = await openAfter(folder, migrations)
  const folded = await sql<{ foldedName: string }>`
    SELECT foldedName FROM person WHERE id IN ('p1', 'p2', 'q4099', 'gone') ORDER BY rowNo`.execute(
    after.db,
  )
  expect(folded.rows.map(({ foldedName }) => foldedName)).toEqual([
    'garcia, jose',
    'muller ludenscheidt, ',
    'sohne4099, first4099',
    'garcia, ',
  ])
  const found = async (query: string) =>
    (await searchEntrants(after.db, { eventId: 'e', query, limit: 5 })).rows.map(({ id }) => id)
  expect(await found('258')).toEqual(['ep1', 'ep2'])
  expect(await found('mueller')).toEqual(['ep2'])
  expect(await found('jose garcia')).toEqual(['ep1'])
  const { problems } = await checkStore(after.db, after)
  expect(problems.filter(({ code }) => code === 'search')).toEqual([])
})
