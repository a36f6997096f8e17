import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { masterData } from '../../main/engine/db/migrations/0010-master-data.ts'
import { sync } from '../../main/engine/db/migrations/0020-sync.ts'
import { bothDirections } from '../../main/engine/db/migrations/0030-both-directions.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

it('what an earlier version left half is whole afterwards, and conflicts about the same fields read the same', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(folder, [masterData, sync])
  await addTarget(before)
  await sql`UPDATE clock SET last = 9`.execute(before.db)
  await sql`INSERT INTO sync_record (rowNo, targetId, entity, recordId, remoteId, state, recordDeleted) VALUES
    (1, 1, 'person', 'a', 'ra', 'conflict', 0), (2, 1, 'person', 'b', 'rb', 'conflict', 1),
    (3, 1, 'person', 'c', 'rc', 'linked', 0), (4, 1, 'person', 'd', 'rd', 'conflict', 0),
    (5, 1, 'person', NULL, NULL, 'unmatched', 0)`.execute(before.db)
  await sql`INSERT INTO conflict (syncRecordNo, targetId, entity, recordId, remoteId, ours, theirs, fields, openedOn)
    SELECT rowNo, 1, entity, recordId, remoteId, '{}', '{}', '["phone","city"]', 1 FROM sync_record WHERE rowNo <= 3`.execute(
    before.db,
  )
  await before.close()

  const { db } = await openAfter(folder, [masterData, sync, bothDirections])
  const records = await sql`SELECT rowNo, state FROM sync_record ORDER BY rowNo`.execute(db)
  expect(records.rows).toEqual([
    { rowNo: 1, state: 'conflict' },
    { rowNo: 2, state: 'linked' },
    { rowNo: 3, state: 'linked' },
    { rowNo: 4, state: 'linked' },
  ])
  const conflicts =
    await sql`SELECT syncRecordNo, fields, decidedOn FROM conflict ORDER BY id`.execute(db)
  expect(conflicts.rows).toEqual([
    { syncRecordNo: 1, fields: '["city","phone"]', decidedOn: null },
    { syncRecordNo: 2, fields: '["city","phone"]', decidedOn: 9 },
    { syncRecordNo: 3, fields: '["city","phone"]', decidedOn: 9 },
  ])
  const counters =
    await sql`SELECT name, value FROM counter WHERE name IN ('conflicts', 'unmatched') ORDER BY name`.execute(
      db,
    )
  expect(counters.rows).toEqual([
    { name: 'conflicts', value: 1 },
    { name: 'unmatched', value: 0 },
  ])
})
