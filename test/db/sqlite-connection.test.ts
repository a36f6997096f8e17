import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  openConnection,
  type ConnectionOptions,
  type SqliteConnection,
} from '../../main/engine/db/sqlite-connection.ts'
import { StatementError } from '../../main/engine/db/statement-error.ts'
import { emptyFolder } from './database-folder.ts'

async function connect(options: Partial<ConnectionOptions> = {}): Promise<SqliteConnection> {
  const file = join(await emptyFolder(), 'some.db')
  const connection = await openConnection(file, { mode: 'create', ...options })
  onTestFinished(() => connection.close())
  await connection.exec(`
    create table stamped (id integer primary key, stamp integer, note text, ratio real) strict;
    create index stamped_by_stamp on stamped (stamp);
  `)
  return connection
}

const stamp = 1_760_000_000_000_123

describe('parameters', () => {
  it.each([
    ['text', 'é, ?, \u0000 and 🏁', 'text'],
    ['an empty text', '', 'text'],
    ['null', null, 'null'],
    ['zero', 0, 'integer'],
    ['the largest 32-bit integer', 2 ** 31 - 1, 'integer'],
    ['the smallest 32-bit integer', -(2 ** 31), 'integer'],
    ['one more than 32 bits', 2 ** 31, 'integer'],
    ['one less than 32 bits', -(2 ** 31) - 1, 'integer'],
    ['a stamp', stamp, 'integer'],
    ['the largest exact integer', Number.MAX_SAFE_INTEGER, 'integer'],
    ['the smallest exact integer', Number.MIN_SAFE_INTEGER, 'integer'],
    ['a fraction', 42.195, 'real'],
  ])('%s comes back as it was given', async (_name, value, type) => {
    const connection = await connect()
    expect(await connection.all('select ? as value, typeof(?) as type', [value, value])).toEqual([
      { value, type },
    ])
  })

  it.each([
    ['undefined', undefined, /Parameter 2 is undefined/],
    ['a BigInt', 1n, /Parameter 2 is a BigInt/],
    ['an object', { a: 1 }, /Parameter 2 is an object/],
    ['an array', [1], /Parameter 2 is an array/],
    ['a Date', new Date(0), /Parameter 2 is a Date/],
    ['a Buffer', Buffer.from('x'), /Parameter 2 is binary data/],
    ['a function', () => 1, /Parameter 2 is a function/],
    ['a symbol', Symbol('x'), /Parameter 2 is a symbol/],
    ['not a number', Number.NaN, /Parameter 2 is NaN/],
    ['infinity', Number.POSITIVE_INFINITY, /Parameter 2 is Infinity/],
    ['an integer that is not exact', 2 ** 53, /Parameter 2 is the integer 9007199254740992/],
  ])('refuses %s instead of storing something else', async (_name, value, message) => {
    const connection = await connect()
    const insert = connection.execute('insert into stamped (id, note) values (?, ?)', [1, value])
    await expect(insert).rejects.toThrow(TypeError)
    await expect(insert).rejects.toThrow(message)
    expect(await connection.all('select * from stamped')).toEqual([])
  })

  it('refuses too few and too many', async () => {
    const connection = await connect()
    await expect(connection.all('select ?, ?', [1])).rejects.toThrow(/2 parameters was given 1/)
    await expect(connection.all('select 1', [1])).rejects.toThrow(/0 parameters was given 1/)
  })

  it('stores booleans as 1 and 0', async () => {
    const connection = await connect()
    expect(await connection.all('select ? as yes, ? as no', [true, false])).toEqual([
      { yes: 1, no: 0 },
    ])
  })
})

describe('integers beyond 32 bits', () => {
  it('stay integers in columns, expressions, texts and JSON', async () => {
    const connection = await connect()
    await connection.execute('insert into stamped (id, stamp, note, ratio) values (?, ?, ?, ?)', [
      1,
      stamp,
      stamp,
      stamp,
    ])
    await connection.execute('update stamped set stamp = max(?, stamp + 1)', [stamp])
    const [row] = await connection.all(
      `select stamp, typeof(stamp) as type, note, typeof(ratio) as ratio,
        json_object('at', ?) as json, ? || '' as text from stamped`,
      [stamp, stamp],
    )
    expect(row).toEqual({
      stamp: stamp + 1,
      type: 'integer',
      note: String(stamp),
      ratio: 'real',
      json: `{"at":${stamp}}`,
      text: String(stamp),
    })
  })

  it('compare exactly and use the index', async () => {
    const connection = await connect()
    for (const [id, value] of [stamp - 1, stamp, stamp + 1].entries()) {
      await connection.execute('insert into stamped (id, stamp) values (?, ?)', [id, value])
    }
    const after = 'select id from stamped where stamp > ? order by stamp limit ?'
    expect(await connection.all(after, [stamp, 10])).toEqual([{ id: 2 }])
    expect(await connection.all(after, [0, 10])).toHaveLength(3)
    expect(await connection.all(after, [stamp - 2, 2 ** 40])).toHaveLength(3)
    const between = 'select id from stamped where stamp in (?, ?) and stamp >= ?'
    expect(await connection.all(between, [stamp, stamp + 1, stamp])).toHaveLength(2)
    const plan = await connection.all<{ detail: string }>(`explain query plan ${after}`, [stamp, 1])
    expect(plan[0]?.detail).toContain('SEARCH stamped USING COVERING INDEX stamped_by_stamp')
  })

  it('compare with a text column as a bound integer would', async () => {
    const connection = await connect()
    await connection.execute('insert into stamped (id, note) values (?, ?)', [1, String(stamp)])
    expect(await connection.all('select id from stamped where note = ?', [stamp])).toHaveLength(1)
  })

  it('are refused when read beyond 2^53, where they are already rounded', async () => {
    const connection = await connect()
    const read = connection.all('select 9007199254740993 as big')
    await expect(read).rejects.toThrow(/Column big holds 9007199254740992/)
  })
})

describe('a connection', () => {
  it('runs statements in the order they were asked for, a failing one between them', async () => {
    const connection = await connect()
    const insert = 'insert into stamped (id) values (?)'
    const results = await Promise.allSettled([
      connection.execute(insert, [1]),
      connection.execute(insert, [1]),
      connection.execute(insert, [2]),
      connection.all('select count(*) as found from stamped'),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(results[3]).toMatchObject({ value: [{ found: 2 }] })
  })

  it('tells what was changed, and returns rows of a write that asks for them', async () => {
    const connection = await connect()
    const insert = 'insert into stamped (note) values (?), (?)'
    expect(await connection.execute(insert, ['a', 'b'])).toEqual({
      rows: [],
      changes: 2,
      lastId: 2,
    })
    const { rows } = await connection.execute('update stamped set stamp = id returning id')
    expect(rows).toEqual([{ id: 1 }, { id: 2 }])
    const changed = await connection.execute(
      'with two(i) as (select 2) update stamped set note = null where id in two',
    )
    expect(changed.changes).toBe(1)
  })

  it('says that a write broke a rule, and which', async () => {
    const connection = await connect()
    await connection.exec('create unique index one_note on stamped (note) where stamp is null')
    await connection.execute('insert into stamped (note) values (?)', ['a'])
    const again = connection.execute('insert into stamped (note) values (?)', ['a'])
    const error: unknown = await again.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StatementError)
    expect(error).toMatchObject({ code: 'SQLITE_CONSTRAINT' })
    expect(String(error)).toContain('stamped.note')
  })

  it('names the caller in the stack of a failed statement', async () => {
    const connection = await connect()
    async function theStoreFunction() {
      await connection.all('select nothing from nowhere')
    }
    const error: unknown = await theStoreFunction().catch((reason: unknown) => reason)
    expect(String((error as Error).stack)).toContain('theStoreFunction')
    expect((error as Error).message).toContain('select nothing from nowhere')
  })

  it('closes with statements kept prepared, and with more of them than it keeps', async () => {
    const connection = await connect({ keptStatements: 3 })
    for (let column = 0; column < 10; column += 1) {
      await connection.all(`select ${column} as c, stamp from stamped where id = ?`, [column])
    }
    await connection.close()
    await connection.close()
    await expect(connection.all('select 1')).rejects.toThrow(/has been closed/)
    const again = await openConnection(connection.file, { mode: 'write' })
    await again.exec('pragma locking_mode = exclusive; create table proof (a)')
    await again.close()
  })

  it('sees a schema change through a statement it has kept', async () => {
    const connection = await connect()
    expect(await connection.all('select * from stamped')).toEqual([])
    await connection.execute('insert into stamped (id) values (1)')
    await connection.exec('alter table stamped add column extra text')
    expect(await connection.all('select * from stamped')).toEqual([
      { id: 1, stamp: null, note: null, ratio: null, extra: null },
    ])
  })
})
