import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { restoreDatabase } from '../../main/engine/db/restore.ts'
import type { Db } from '../../main/engine/db/schema.ts'
import { readUncertain } from '../../main/engine/store/links/certainty.ts'
import { addTarget, emptyFolder, openAfter, steppingClock } from './database-folder.ts'

const before = migrations.filter(({ name }) => name < '0070')

/** A target to which persons and tags are sent. */
async function addFilled(open: Parameters<typeof addTarget>[0] & { readonly db: Db }) {
  await addTarget(open)
  await sql`UPDATE target SET initialDone = 1`.execute(open.db)
  await sql`INSERT INTO target_scope (entity, targetId, outbound, inbound, firstState) VALUES
    ('person', 1, 1, 0, 'linked'), ('tag', 1, 1, 0, 'linked')`.execute(open.db)
}

describe('what a target is known to have', () => {
  it('is known of one that was filled by an earlier version, except where something there was left unlinked', async () => {
    const folder = await emptyFolder()
    const earlier = await openAfter(folder, before)
    await addFilled(earlier)
    await sql`INSERT INTO sync_record (targetId, entity, remoteId, state, linkData)
      VALUES (1, 'tag', '7', 'unmatched', '{}')`.execute(earlier.db)
    await earlier.close()
    const { db } = await openAfter(folder, migrations)
    expect([...(await readUncertain(db, 1))]).toEqual(['tag'])
  })

  it('is known of none that was never filled', async () => {
    const folder = await emptyFolder()
    const earlier = await openAfter(folder, before)
    await addFilled(earlier)
    await sql`UPDATE target SET initialDone = 0`.execute(earlier.db)
    await earlier.close()
    const { db } = await openAfter(folder, migrations)
    expect([...(await readUncertain(db, 1))].sort()).toEqual(['person', 'tag'])
  })

  it.each([
    ['this version', migrations],
    ['an earlier version', before],
  ] as const)('is not known after a backup of %s was restored', async (_, steps) => {
    const folder = await emptyFolder()
    const open = await openAfter(folder, steps)
    await addFilled(open)
    if (steps === migrations) await sql`UPDATE target_scope SET certain = 1`.execute(open.db)
    const from = join(await emptyFolder(), 'backup.db')
    await backupDatabase(open, from)
    await open.close()
    const ours = { clock: steppingClock(), steps: migrations, appVersion: '1.2.0' }
    await restoreDatabase({ ...ours, file: open.file, from })
    const { db } = await openAfter(folder, migrations)
    expect([...(await readUncertain(db, 1))].sort()).toEqual(['person', 'tag'])
  })
})
