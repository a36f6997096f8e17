import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { addRunners, openRunners, runnerNames } from './database-folder.ts'

describe('transactions on the one writing connection', () => {
  it('keeps all of twenty overlapping ones that commit and nothing of those that fail', async () => {
    const { db } = await openRunners()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        db.transaction().execute(async (trx) => {
          await addRunners(trx, `${index} first`)
          // Lets the others run in the middle, where a shared connection would mix them up.
          for (let turn = 0; turn < index % 4; turn += 1) await setImmediate()
          await addRunners(trx, `${index} second`)
          if (index % 3 === 0) throw new Error(`${index} gave up`)
          if (index % 3 === 1) await sql`insert into runner (name) values (null)`.execute(trx)
        }),
      ),
    )
    const committed = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
    expect(committed).toEqual([2, 5, 8, 11, 14, 17])
    const kept = committed.flatMap((index) => [`${index} first`, `${index} second`])
    expect(await runnerNames(db)).toEqual(kept.toSorted())
  })

  it('serves single statements between them, in order', async () => {
    const { db } = await openRunners()
    const order: string[] = []
    await Promise.all([
      db.transaction().execute(async (trx) => {
        await addRunners(trx, 'a')
        await setImmediate()
        order.push('transaction')
      }),
      runnerNames(db).then((names) => order.push(`read ${names.join()}`)),
      addRunners(db, 'b').then(() => order.push('insert')),
    ])
    expect(order).toEqual(['transaction', 'read a', 'insert'])
  })

  it('refuses the outer database inside a transaction on it, which would wait for ever', async () => {
    const { db } = await openRunners()
    const misused = db.transaction().execute(async (trx) => {
      await addRunners(trx, 'inside')
      await addRunners(db, 'outside')
    })
    await expect(misused).rejects.toThrow(/pass the transaction \(trx\) on/)
    const nested = db.transaction().execute(async () => {
      await setImmediate()
      await db.transaction().execute(async () => {})
    })
    await expect(nested).rejects.toThrow(/pass the transaction \(trx\) on/)
    expect(await runnerNames(db)).toEqual([])
  })

  it('lets calls from outside wait while one is open, and its own follow-up work go on after it', async () => {
    const { db, reader } = await openRunners()
    const followUps: Promise<unknown>[] = []
    const committedLater = Promise.withResolvers<void>()
    const committed = db.transaction().execute(async (trx) => {
      await addRunners(trx, 'inside')
      expect(await runnerNames(reader)).toEqual([])
      followUps.push(committedLater.promise.then(() => addRunners(db, 'follow-up')))
    })
    const outside = addRunners(db, 'outside')
    await committed
    committedLater.resolve()
    await Promise.all([outside, ...followUps])
    expect(await runnerNames(db)).toEqual(['follow-up', 'inside', 'outside'])
  })

  it('reports the failed commit, keeps nothing and goes on', async () => {
    const { db } = await openRunners()
    await sql`create table entry (
      runner integer references runner (id) deferrable initially deferred
    ) strict`.execute(db)
    const orphan = db.transaction().execute(async (trx) => {
      await addRunners(trx, 'with an orphan')
      await sql`insert into entry values (99)`.execute(trx)
    })
    await expect(orphan).rejects.toThrow(/FOREIGN KEY constraint failed/)
    await db.transaction().execute((trx) => addRunners(trx, 'after'))
    expect(await runnerNames(db)).toEqual(['after'])
  })

  it('reports the first error when SQLite has rolled back by itself', async () => {
    const { db } = await openRunners()
    const conflicting = db.transaction().execute(async (trx) => {
      await addRunners(trx, 'gone')
      await sql`insert into runner (id, name) values (7, 'x')`.execute(trx)
      await sql`insert or rollback into runner (id, name) values (7, 'y')`.execute(trx)
    })
    await expect(conflicting).rejects.toThrow(/UNIQUE constraint failed: runner.id/)
    expect(await runnerNames(db)).toEqual([])
    await db.transaction().execute((trx) => addRunners(trx, 'after'))
    expect(await runnerNames(db)).toEqual(['after'])
  })

  it('makes schema changes part of the transaction', async () => {
    const { db } = await openRunners()
    const failing = db.transaction().execute(async (trx) => {
      await trx.schema.createTable('club').addColumn('name', 'text').execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await sql`select name from sqlite_schema where name = 'club'`.execute(db)).toMatchObject(
      {
        rows: [],
      },
    )
  })

  it('waits for an open transaction before closing', async () => {
    const open = await openRunners()
    const begun = Promise.withResolvers<void>()
    const running = open.db.transaction().execute(async (trx) => {
      begun.resolve()
      await setImmediate()
      await addRunners(trx, 'late')
    })
    await begun.promise
    await open.close()
    await running
    await expect(addRunners(open.db, 'too late')).rejects.toThrow(/destroyed/)
  })
})
