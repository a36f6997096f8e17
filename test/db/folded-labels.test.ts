import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { findIdsByKey } from '../../main/engine/store/search/known-records.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

it('clubs, races and start groups of an earlier version are found as runners see their names', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0185'),
  )
  await addTarget(before)
  const audit = `1, 'Eva', 1, 'Eva'`
  const master = 'createdOn, createdBy, modifiedOn, modifiedBy'
  const keys = [
    ['organisation', '["name","club río"]'],
    ['race', '["event+name","e 1","10 km"]'],
    ['tag', '["number","A b"]'],
    ['organisation', 'content 0 1'],
  ]
  for (const statement of [
    `INSERT INTO event (id, name, ${master}) VALUES ('e', 'Relay', ${audit})`,
    `INSERT INTO race (id, event, name, ${master}) VALUES ('r', 'e', '10 km', ${audit})`,
    `INSERT INTO start_group (id, race, name, ${master}) VALUES ('g', 'r', 'Wave 1', ${audit})`,
    `INSERT INTO organisation (id, name, ${master}) SELECT 'o' || value, 'Club Nº ' || value, ${audit}
     FROM json_each('[${Array.from({ length: 4_100 }, (_, at) => at).join(',')}]')`,
    `INSERT INTO sync_record (targetId, entity, remoteId, state) VALUES (1, 'organisation', 'c', 'unmatched')`,
  ]) {
    await sql.raw(statement).execute(before.db)
  }
  await sql`INSERT INTO unlinked_key (targetId, entity, key, syncRecordNo)
    SELECT 1, value ->> 0, value ->> 1, (SELECT max(rowNo) FROM sync_record)
    FROM json_each(${JSON.stringify(keys)})`.execute(before.db)
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const found = async (
    ...[entity, fields, ...values]: readonly [Kind, readonly string[], ...string[]]
  ) => (await findIdsByKey(db, entity, fields, [{ row: 0, values }])).get(0)
  expect(await found('organisation', ['name'], 'CLUB nº4099')).toEqual(['o4099'])
  expect(await found('race', ['event', 'name'], 'e', '10KM')).toEqual(['r'])
  expect(await found('startGroup', ['race', 'name'], 'r', 'wave 1')).toEqual(['g'])
  const { rows } = await sql<{ key: string }>`SELECT key FROM unlinked_key ORDER BY key`.execute(db)
  expect(rows.map(({ key }) => key)).toEqual([
    '["event+name","e 1","10km"]',
    '["name","clubrio"]',
    '["number","A b"]',
    'content 0 1',
  ])
})

type Kind = 'organisation' | 'race' | 'startGroup'
