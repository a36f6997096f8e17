import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

it('an entry that was handed over without a word is planned anew, and what repeats is known', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0100'),
  )
  await addTarget(before)
  await sql`UPDATE target SET adapter = 'runsignup'`.execute(before.db)
  await sql`INSERT INTO target_scope (entity, targetId, outbound, inbound, firstState) VALUES
    ('person', 1, 1, 1, 'linked'), ('eventParticipant', 1, 1, 1, 'linked')`.execute(before.db)
  const added = (entity: string, id: string, more: string) =>
    sql`INSERT INTO sync_record (targetId, entity, recordId, remoteId, entityModifiedOn, entitySyncedOn, state, errorCode)
      VALUES (1, ${entity}, ${id}, ${id}, 5, 5, 'ignored', ${more === '' ? null : more})`.execute(
      before.db,
    )
  await added('eventParticipant', 'handed-over', '')
  await added('eventParticipant', 'given-up', 'rejected')
  await added('person', 'other', '')
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const { rows } = await sql<{ recordId: string; state: string }>`
    SELECT recordId, state FROM sync_record WHERE state = 'linked' AND entityModifiedOn > entitySyncedOn`.execute(
    db,
  )
  expect(rows).toMatchObject([{ recordId: 'handed-over' }])
  const person = { kind: 'one', owner: 'eventParticipant', part: 'person', field: 'person' }
  expect(await db.selectFrom('body_part').selectAll().execute()).toEqual([
    {
      changed: 'eventParticipant',
      root: 'eventParticipant',
      path: JSON.stringify([person]),
      targetId: 1,
      isMade: 1,
    },
  ])
})
