import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  discardFailures,
  groupFailures,
  listFailures,
  retryFailures,
} from '../../main/engine/store/failures.ts'
import { run } from '../../main/engine/store/statement.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const many = 2_500

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
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})
     INSERT INTO sync_record (targetId, entity, recordId, state, errorCode, errorMessage)
     SELECT 1, 'person', 'p' || i, 'failed', 'rejected', 'Bib ' || i || ' is taken.' FROM n`,
  )
  await run(
    db,
    `INSERT INTO sync_record (targetId, entity, recordId, state, errorCode, errorMessage)
     VALUES (1, 'person', 'last', 'failed', 'rejected', 'The birth date is missing.')`,
  )
})
afterEach(() => test.close())

it('a group is found wherever its failures are, and settled as a whole', async () => {
  const { db } = test.core
  const [largest, smallest] = await groupFailures(db, undefined)
  expect([largest!.count, smallest!.count]).toEqual([many, 1])
  expect(largest!.examples).toHaveLength(5)
  expect(await listFailures(db, { group: smallest!.key }, 200, 0)).toMatchObject([
    { recordId: 'last', message: 'The birth date is missing.' },
  ])
  expect(await listFailures(db, { group: largest!.key }, 200, 0)).toHaveLength(200)
  expect(await retryFailures(db, { group: largest!.key })).toBe(many)
  expect(await discardFailures(db, { group: smallest!.key })).toBe(1)
  expect(await groupFailures(db, undefined)).toEqual([])
})
