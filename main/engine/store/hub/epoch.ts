/** The name of this database's history. Renewed by a restore (`db/lose-certainty.ts`) and by a promotion. */
import type { Db } from '../../db/schema.ts'
import { run, value } from '../sql/statement.ts'

/** The epoch, made where there is none yet. @param fresh what it becomes then */
export async function readEpoch(db: Db, fresh: string): Promise<string> {
  const known = await value<string>(db, 'SELECT epoch AS value FROM hub WHERE id = 1')
  if (known !== undefined) return known
  await run(db, 'INSERT INTO hub (id, epoch) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING', fresh)
  return (await value<string>(db, 'SELECT epoch AS value FROM hub WHERE id = 1'))!
}

/** Begins another history: whoever knows the former one trusts no place in it any more. */
export async function renewEpoch(db: Db, fresh: string): Promise<void> {
  await run(
    db,
    'INSERT INTO hub (id, epoch) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch',
    fresh,
  )
}
