import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { masterData } from '../../main/engine/db/migrations/0010-master-data.ts'
import { sync } from '../../main/engine/db/migrations/0020-sync.ts'
import { bothDirections } from '../../main/engine/db/migrations/0030-both-directions.ts'
import { lostAnswers } from '../../main/engine/db/migrations/0040-lost-answers.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

it('what an earlier version left on its way is told by the time it was changed here', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(folder, [masterData, sync, bothDirections])
  await addTarget(before)
  await sql`INSERT INTO delivery (targetId, runId, syncRecordNo, entity, recordId, action, key, body, stamp, modifiedBy,
    mappingVersion, state) VALUES (1, 'r', 1, 'person', 'a', 'create', 'k', '{}', 1776492000123456, 'Eva', 1, 'unknown')`.execute(
    before.db,
  )
  await before.close()

  const { db } = await openAfter(folder, [masterData, sync, bothDirections, lostAnswers])
  const { rows } = await sql`SELECT key, remoteModifiedOn FROM delivery`.execute(db)
  expect(rows).toEqual([{ key: 'k', remoteModifiedOn: 1_776_492_000_123_000 }])
})
