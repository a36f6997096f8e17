import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

it('what an earlier version held by itself waits for a person, and who waits for a parent still does', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0200'),
  )
  await addTarget(before)
  await sql`INSERT INTO sync_record (targetId, entity, recordId, state, heldBy) VALUES
    (1, 'person', 'a', 'held', 'a'), (1, 'eventParticipant', 'b', 'held', 'a'),
    (1, 'person', 'c', 'linked', 'c'), (1, 'eventParticipant', 'd', 'linked', 'c')`.execute(
    before.db,
  )
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const { rows } =
    await sql`SELECT recordId, state, heldBy FROM sync_record ORDER BY rowNo`.execute(db)
  expect(rows).toEqual([
    { recordId: 'a', state: 'held', heldBy: null },
    { recordId: 'b', state: 'held', heldBy: 'a' },
    { recordId: 'c', state: 'linked', heldBy: null },
    { recordId: 'd', state: 'linked', heldBy: 'c' },
  ])
})
