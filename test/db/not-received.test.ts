import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { listFailures } from '../../main/engine/store/attention/failures.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

it('what an earlier version could not receive is counted and listed, its newest version alone', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0050'),
  )
  await addTarget(before)
  await sql`INSERT INTO inbox (targetId, entity, remoteId, version, body, receivedOn, state, errorMessage) VALUES
    (1, 'person', 'a', '1', '{}', 1, 'failed', 'Name is missing.'),
    (1, 'person', 'a', '2', '{}', 2, 'failed', 'Name is still missing.'),
    (1, 'person', 'b', '1', '{}', 3, 'done', NULL)`.execute(before.db)
  await before.close()

  const { db } = await openAfter(folder, migrations)
  expect(await listFailures(db, {}, 10, null)).toMatchObject([
    { target: 't', display: 'a', message: expect.stringContaining('still missing'), attempts: 1 },
  ])
  const counted = await sql<{ value: number }>`
    SELECT value FROM counter WHERE targetId = 1 AND name = 'failed'`.execute(db)
  expect(counted.rows).toEqual([{ value: 1 }])
})
