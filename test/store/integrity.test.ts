import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkAndMend, checkStore } from '../../main/engine/store/check/integrity.ts'
import { readRecordTargets } from '../../main/engine/store/links/record-targets.ts'
import { rows, run } from '../../main/engine/store/sql/statement.ts'
import { listTargets } from '../../main/engine/store/runs/targets.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
  const { db } = test.core
  await run(
    db,
    `INSERT INTO target (id, name, adapter, url, auth, mode, direction, conflicts, remoteDeletion, entities, mapping, schedule, createdOn)
     VALUES (1, 'timing', 'tagserver', '', 'none', 'mirror', 'outbound', 'master-wins', 'unlink', '[]', '[]', '{}', 1)`,
  )
  await run(
    db,
    `INSERT INTO target_scope (entity, targetId, outbound, inbound, firstState) VALUES ('person', 1, 1, 0, 'linked')`,
  )
  await importText(test, 'bib,first_name,last_name,tag\n7,Ana,Kip,T-1\n8,Bo,Lund,\n')
})
afterEach(() => test.close())

async function codes(secrets: readonly string[] = []): Promise<readonly string[]> {
  const { problems } = await checkStore(test.core.reader, test.database, secrets)
  return problems.map(({ code }) => code)
}

/** Damage that no code of ours would do. */
const damages: readonly (readonly [string, string, string])[] = [
  [
    'a sync record without its record',
    'sync-record-orphan',
    `UPDATE sync_record SET recordId = 'gone' WHERE rowNo = 1`,
  ],
  [
    'a due mark that was lost',
    'due-mark',
    `UPDATE sync_record SET entityModifiedOn = -1 WHERE rowNo = 1`,
  ],
  [
    'a record a target never heard of',
    'sync-record-missing',
    `DELETE FROM sync_record WHERE rowNo = 1`,
  ],
  ['a unique index that was dropped', 'schema', `DROP INDEX event_participant_one_number`],
  [
    'a trigger of somebody else',
    'schema',
    `CREATE TRIGGER theirs AFTER INSERT ON person BEGIN DELETE FROM person;END`,
  ],
  ['a table that is gone', 'schema', `DROP TABLE webhook_delivery`],
  ['a choice that is none', 'choice', `UPDATE person SET gender = 'purple' WHERE rowNo = 1`],
  ['a setting of a target that is none', 'choice', `UPDATE target SET mode = 'sideways'`],
  ['a stamp beyond the clock', 'stamp', `UPDATE clock SET last = 1`],
  [
    'a record changed before it was made',
    'stamp',
    `UPDATE person SET createdOn = modifiedOn + 1 WHERE rowNo = 1`,
  ],
  [
    'a history from the future',
    'stamp',
    `INSERT INTO audit (stamp, entity, recordId, action, who, origin)
     SELECT last + 1, 'person', 'x', 'create', 'Eva', 'operator' FROM clock`,
  ],
  [
    'a record whose making is not in its history',
    'audit',
    `UPDATE audit SET action = 'update' WHERE entity = 'tag'`,
  ],
  [
    'a delivery of a record nobody knows',
    'delivery',
    `INSERT INTO delivery (targetId, runId, syncRecordNo, entity, recordId, action, key, body, stamp, modifiedBy, mappingVersion, state)
     VALUES (1, 'r', 99, 'person', 'x', 'create', 'k', '{}', 1, 'Eva', 1, 'sending')`,
  ],
  [
    'an agreed hash of nothing',
    'agreed-hash',
    `UPDATE sync_record SET agreedHash = 'abc' WHERE rowNo = 1`,
  ],
  ['a change without history', 'audit', `DELETE FROM audit WHERE entity = 'tag'`],
  [
    'a counter of records that is off',
    'counter',
    `UPDATE counter SET value = 5 WHERE targetId = 0 AND name = 'person'`,
  ],
  [
    'a counter of a target that is off',
    'counter',
    `UPDATE counter SET value = 5 WHERE targetId = 1 AND name = 'pending'`,
  ],
  [
    'an open conflict of a record that waits for nothing',
    'conflict',
    `INSERT INTO conflict (targetId, syncRecordNo, entity, recordId, remoteId, ours, theirs, fields, openedOn)
     VALUES (1, 1, 'person', 'x', 'y', '{}', '{}', '["city"]', 1)`,
  ],
  [
    'a record that waits for a decision nobody is asked for',
    'conflict',
    `UPDATE sync_record SET state = 'conflict' WHERE rowNo = 1`,
  ],
  [
    'an unlinked record of a target without what it says',
    'match',
    `INSERT INTO sync_record (targetId, entity, remoteId, state) VALUES (1, 'person', 'r', 'possible')`,
  ],
  [
    'what a target that is gone left behind',
    'leftover',
    `PRAGMA foreign_keys = OFF; INSERT INTO listing_seen (targetId, entity, remoteId) VALUES (7, 'person', 'r')`,
  ],
  ['a person the search does not know', 'search', `DELETE FROM person_search WHERE rowid = 1`],
  [
    'an agreed hash of other content',
    'agreed-hash',
    `UPDATE sync_record SET agreed = '{"lastName":"Kip"}', agreedHash = 'abc' WHERE rowNo = 1`,
  ],
]

it('says in words that a target is set to what there is not, instead of running it', async () => {
  await run(test.core.db, `UPDATE target SET conflicts = 'theirs'`)
  await expect(listTargets(test.core.reader)).rejects.toMatchObject({
    problem: {
      code: 'database',
      message: expect.stringContaining('The target timing is stored with the conflicts "theirs"'),
    },
  })
})

describe('checking the data', () => {
  it('finds nothing wrong after ordinary work', async () => {
    expect(await checkStore(test.core.reader, test.database)).toEqual({
      ok: true,
      problems: [],
    })
  })

  it.each(damages)('finds %s', async (_, code, damage) => {
    for (const statement of damage.split('; ')) await run(test.core.db, statement)
    expect(await codes()).toContain(code)
  })

  it('finds a secret wherever it is, also as JSON writes it, and does not say it', async () => {
    const secret = 'pass"word\\of timing'
    expect(await codes([secret])).toEqual([])
    await run(test.core.db, `UPDATE target SET lastError = ?`, `refused: ${secret}`)
    await run(
      test.core.db,
      `INSERT INTO target_setting (targetId, key, value) VALUES (1, 'token', ?)`,
      JSON.stringify(secret),
    )
    const { problems } = await checkStore(test.core.reader, test.database, [secret])
    expect(problems).toEqual([
      { code: 'secret', message: expect.stringContaining('1 rows of target hold') },
      { code: 'secret', message: expect.stringContaining('1 rows of target_setting hold') },
    ])
    expect(await codes(['registered'.slice(0, 3)])).toEqual([])
  })
})

describe('a time of a target that no record has, as earlier versions took it over', () => {
  const far = Date.UTC(2260, 0) * 1000
  const look = () => checkAndMend(test.core.db, () => checkStore(test.core.reader, test.database))

  it('hides nothing, and is mended by the check, which says so', async () => {
    const { db, reader } = test.core
    await run(db, `UPDATE sync_record SET remoteSyncedOn = ${far}, remoteId = 'r' WHERE rowNo = 1`)
    await run(
      db,
      `INSERT INTO inbox (targetId, entity, remoteId, version, modifiedOn, body, receivedOn) VALUES (1, 'person', 'x', '1', ${far}, '{}', 1)`,
    )
    await run(db, `INSERT INTO cursor (targetId, entity, value) VALUES (1, 'person', '2260')`)
    const [{ recordId } = { recordId: '' }] = await rows<{ recordId: string }>(
      reader,
      `SELECT recordId FROM sync_record WHERE rowNo = 1`,
    )
    const known = (await readRecordTargets(reader, [recordId])).get(recordId)
    expect(known?.['timing']?.remoteSyncedOn).toMatch(/^22/)
    const report = await look()
    expect(report).toMatchObject({ ok: true, problems: [], mended: [{ code: 'far-time' }] })
    expect(report.mended?.[0]?.message).toMatch(
      /^2 records .* before 1900 or after 2200\. The time was/,
    )
    expect((await readRecordTargets(reader, [recordId])).get(recordId)).toMatchObject({
      timing: { remoteId: 'r', remoteSyncedOn: null },
    })
    expect(await rows(reader, `SELECT 1 FROM inbox UNION ALL SELECT 1 FROM cursor`)).toEqual([])
    expect(await look()).toEqual({ ok: true, problems: [] })
  })
})
