/** Every event in every state, against the real schema: what the table says happens, and the schema's promises hold. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syncRecordStates, type SyncRecordState } from '../../main/contract/words.ts'
import type { Db } from '../../main/engine/db/schema.ts'
import {
  clearedBy,
  situations,
  stateOf,
  syncRecordEvents,
  type Situation,
  type SyncRecordEvent,
  type SyncRecordEventName,
} from '../../main/engine/model/sync-record.ts'
import { add, move } from '../../main/engine/store/links/move-records.ts'
import { rows, run } from '../../main/engine/store/sql/statement.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

type Row = Readonly<Record<string, string | number | null>>

/** A sync record as each situation has it, with every column filled that the situation allows. */
const filled: Row = {
  recordId: 'ours',
  remoteId: 'theirs',
  remoteVersion: '1',
  agreed: '{}',
  agreedHash: 'x',
  heldBy: 'parent',
  errorCode: 'rejected',
  errorMessage: 'No.',
  attempts: 3,
  nextAttemptOn: null,
  linkData: null,
}
const unlinked: Row = {
  ...{ ...filled, recordId: null, agreed: null, agreedHash: null, heldBy: null },
  linkData: '{"reason":"nothing","fields":{}}',
}
const theirs: Readonly<Record<Situation, readonly Row[]>> = {
  linked: [filled, { ...filled, remoteId: null }],
  unmatched: [unlinked, { ...filled, remoteId: null }],
  possible: [unlinked],
  held: [filled, { ...filled, remoteId: null, heldBy: null }],
  retry: [{ ...filled, nextAttemptOn: 9 }],
  failed: [filled, { ...filled, errorCode: 'ambiguous' }, { ...filled, remoteId: null }],
  doubtful: [{ ...filled, remoteId: null, errorCode: 'ambiguous' }],
  conflict: [filled],
  ignored: [filled, { ...unlinked, linkData: null }],
  left: [{ ...filled, remoteId: null, linkData: '{"leftBy":"Eva"}' }, unlinked],
}

/** What the statements of an event bring along; a promise is the same as in the code. */
const brought: Partial<Record<SyncRecordEventName, Row>> = {
  agreed: { ...filled, linkData: null },
  asked: { ...filled, linkData: null },
  fitsNone: unlinked,
  fitsSeveral: unlinked,
  putToRest: { ...unlinked, linkData: null },
  settled: { heldBy: null },
  skipped: { heldBy: 'parent' },
  held: { heldBy: 'parent' },
  leftOut: { heldBy: null },
  leftAlone: { linkData: '{"leftBy":"Eva"}' },
  refused: { ...{ errorCode: 'rejected', errorMessage: 'No.', attempts: 1 }, nextAttemptOn: null },
  notNow: { ...{ errorCode: 'server', errorMessage: 'Busy.', attempts: 1 }, nextAttemptOn: 9 },
}

/** What is true of a sync record in a state, whatever brought it there. */
const promises: Readonly<Record<SyncRecordState, (row: Row) => boolean>> = {
  linked: ({ recordId }) => recordId !== null,
  unmatched: ({ recordId, remoteId, linkData }) =>
    recordId === null ? remoteId !== null && linkData !== null : remoteId === null,
  possible: ({ recordId, remoteId, linkData }) =>
    recordId === null && remoteId !== null && linkData !== null,
  held: ({ recordId }) => recordId !== null,
  retry: ({ recordId }) => recordId !== null,
  failed: ({ recordId, errorCode }) => recordId !== null && errorCode !== null,
  conflict: ({ recordId, remoteId }) => recordId !== null && remoteId !== null,
  ignored: () => true,
}

const names = Object.keys(syncRecordEvents) as SyncRecordEventName[]
const eventOf = (name: SyncRecordEventName): SyncRecordEvent => syncRecordEvents[name]

let test: TestCore
let db: Db
beforeAll(async () => {
  test = await openTestCore()
  db = test.core.db
  // Nothing here has to survive a power cut.
  await run(db, `PRAGMA synchronous = OFF`)
  await run(
    db,
    `INSERT INTO target (id, name, adapter, url, auth, mode, direction, conflicts, remoteDeletion, entities, mapping,
       schedule, createdOn) VALUES (1, 't', 'a', '', 'none', 'mirror', 'both', 'review', 'unlink', '[]', '[]', '{}', 1)`,
  )
})
afterAll(() => test.close())

const columns = Object.keys(filled)

async function put(situation: Situation, row: Row): Promise<void> {
  await run(db, `DELETE FROM sync_record`)
  await run(db, `DELETE FROM conflict`)
  await run(
    db,
    `INSERT INTO sync_record (rowNo, targetId, entity, state, ${columns.join(', ')})
     VALUES (1, 1, 'person', ?, ${columns.map(() => '?').join(', ')})`,
    stateOf(situation),
    ...columns.map((column) => row[column] ?? null),
  )
  if (situation !== 'conflict') return
  await run(
    db,
    `INSERT INTO conflict (targetId, syncRecordNo, entity, recordId, remoteId, ours, theirs, fields, openedOn)
     VALUES (1, 1, 'person', 'ours', 'theirs', '{}', '{}', '[]', 1)`,
  )
}

async function read(): Promise<Row> {
  const [row] = await rows<Row>(db, `SELECT * FROM sync_record WHERE rowNo = 1`)
  return row!
}

const literal = (given: string | number | null) =>
  typeof given === 'string' ? `'${given}'` : String(given ?? 'NULL')

/** Lets an event happen to the one record, alone or as one of several that share a page. */
function happen(name: SyncRecordEventName, page: readonly SyncRecordEventName[]): Promise<number> {
  const keys = [...new Set(page.flatMap((one) => eventOf(one).brings ?? []))]
  const own = brought[name] ?? {}
  const set = Object.fromEntries(
    keys.map((key) => [key, key in own ? literal(own[key] ?? null) : key]),
  )
  return move(db, page as readonly ['seen'], {
    set: set as never,
    from: `(SELECT '${name}' AS event) AS item`,
    where: 'rowNo = 1',
  })
}

function touches(event: SyncRecordEvent, situation: Situation, row: Row): boolean {
  const isMeant = Object.entries(event.only ?? {}).every(([column, is]) =>
    is === 'any' ? row[column] !== null : row[column] === is,
  )
  return isMeant && (event.moves[situation] !== undefined || event.others === 'stay')
}

function expected(name: SyncRecordEventName, situation: Situation, before: Row): Row {
  const event = eventOf(name)
  if (!touches(event, situation, before)) return before
  const after: Record<string, Row[string]> = { ...before }
  for (const column of clearedBy(event, situation)) after[column] = column === 'attempts' ? 0 : null
  for (const key of event.brings ?? []) {
    const own = brought[name]
    if (own && key in own) after[key] = own[key]!
  }
  after['state'] = event.moves[situation] ?? stateOf(situation)
  return after
}

const happening = fc
  .constantFrom(...situations)
  .chain((situation) => fc.tuple(fc.constant(situation), fc.constantFrom(...theirs[situation])))

describe('an event of a sync record', () => {
  it.each(names)('%s does what the table says, in every state', async (name) => {
    for (const situation of situations) {
      for (const row of theirs[situation]) {
        await put(situation, row)
        const before = await read()
        const touched = await happen(name, [name])
        const wanted = expected(name, situation, before)
        const { bucket, ...after } = await read()
        // Which counter it falls into follows from its state.
        expect({ situation, ...after, bucket }).toEqual({ situation, ...wanted, bucket })
        expect(touched).toBe(touches(eventOf(name), situation, before) ? 1 : 0)
      }
    }
  })

  it('leaves what is promised of every state, also where several share a page', async () => {
    const events = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(happening, events, async ([situation, row], page) => {
        const [name] = page as [SyncRecordEventName]
        await put(situation, row)
        await happen(name, page)
        const after = await read()
        const state = after['state'] as SyncRecordState
        expect({ state, kept: promises[state](after) }).toEqual({ state, kept: true })
        // What only one state has is gone with it.
        if (state !== 'retry') expect(after['nextAttemptOn']).toBeNull()
        const open = await rows(db, `SELECT id FROM conflict WHERE decidedOn IS NULL`)
        if (situation === 'conflict') expect(open).toHaveLength(state === 'conflict' ? 1 : 0)
        const counted = await rows<{ name: string }>(
          db,
          `SELECT name FROM counter WHERE targetId = 1 AND value <> 0`,
        )
        expect(counted).toEqual(after['bucket'] === null ? [] : [{ name: after['bucket'] }])
      }),
      { numRuns: 400 },
    )
  })

  it.each(names.filter((name) => eventOf(name).adds))('%s begins sync records', async (name) => {
    await run(db, `DELETE FROM sync_record`)
    const told = eventOf(name).brings ? brought[name]! : { recordId: 'ours' }
    await add(db, [name, 'madeHere'], {
      values: {
        ...{ targetId: '1', entity: `'person'` },
        ...Object.fromEntries(Object.entries(told).map(([key, is]) => [key, literal(is)])),
      },
      from: `(SELECT '${name}' AS event) AS item`,
    })
    const [row] = await rows<Row>(db, `SELECT * FROM sync_record`)
    expect(row).toMatchObject({ state: eventOf(name).adds })
    expect(promises[row!['state'] as SyncRecordState](row!)).toBe(true)
  })
})

it('an event that begins no sync record adds none', async () => {
  const values = { targetId: '1', entity: `'person'`, recordId: `'ours'` }
  const from = `(SELECT 'seen' AS event) AS item`
  await expect(add(db, ['seen', 'agreed'], { values, from })).rejects.toThrow(/NOT NULL/)
})

it('each state can begin and end', () => {
  const moves = names.flatMap((name) =>
    Object.entries(eventOf(name).moves).map(([from, into]) => [stateOf(from as Situation), into]),
  )
  for (const state of syncRecordStates) {
    expect(moves.filter(([from, into]) => from !== state && into === state)).not.toEqual([])
    expect(moves.filter(([from, into]) => from === state && into !== state)).not.toEqual([])
  }
})
