import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  discardFailures,
  groupFailures,
  listFailures,
  retryFailures,
} from '../../main/engine/store/attention/failures.ts'
import { run } from '../../main/engine/store/sql/statement.ts'
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
  expect(await listFailures(db, { group: smallest!.key }, 200, null)).toMatchObject([
    { recordId: 'last', message: 'The birth date is missing.' },
  ])
  expect(await listFailures(db, { group: largest!.key }, 200, null)).toHaveLength(200)
  expect(await retryFailures(db, { group: largest!.key })).toBe(many)
  expect(await discardFailures(db, { group: smallest!.key })).toBe(1)
  expect(await groupFailures(db, undefined)).toEqual([])
})

it('what was sent and what was received are one list, page after page', async () => {
  const { db } = test.core
  await run(
    db,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
     INSERT INTO inbox (targetId, entity, remoteId, version, body, receivedOn, state, errorCode, errorMessage)
     SELECT 1, 'person', 'r' || i, '1', '{}', 1, 'failed', 'rejected', 'Bib ' || i || ' is taken.' FROM n`,
  )
  const seen = new Set<string>()
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof listFailures>> = await listFailures(db, {}, 70, after)
    for (const { id } of page) seen.add(id)
    if (page.length < 70) break
    after = page.at(-1)!.id
  }
  expect(seen.size).toBe(many + 1 + 30)
  // The same words mean another thing in each direction.
  const groups = await groupFailures(db, 'timing')
  expect(groups.map(({ count }) => count)).toEqual([many, 30, 1])
  expect(await listFailures(db, { group: groups[1]!.key }, 200, null)).toHaveLength(30)
  expect(await retryFailures(db, { group: groups[1]!.key })).toBe(30)
  expect(await retryFailures(db, {})).toBe(many + 1)
})
