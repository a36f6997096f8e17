import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { guardFacts, matchReason, pauseReason } from '../../main/contract/reasons.ts'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

const signIn =
  'timing refused the sign-in: HTTP 401: wrong key. Check the key or password, then resume.'
const paused: readonly (readonly [string | null, object | null])[] = [
  [null, null],
  ['The set-up is not finished', { code: 'set-up' }],
  ['It is being removed', { code: 'removing' }],
  ['Paused by Desk 1', { code: 'person', who: 'Desk 1' }],
  [signIn, { code: 'sign-in', said: 'HTTP 401: wrong key.' }],
  ['The disk is full', { code: 'said', said: 'The disk is full' }],
]

const guards: readonly (readonly [string, object])[] = [
  [
    '50 of 60 records would be deleted at the target. Nothing was deleted; confirm to go on.',
    { code: 'delete-there' },
  ],
  ['50 of 60 records would be overwritten at the target by changes', { code: 'overwrite-there' }],
  [
    't may have 50 records already, and cannot be asked: made there once more',
    { code: 'create-there' },
  ],
  ['50 of 60 records are gone at the target and would be deleted here.', { code: 'delete-here' }],
  ['50 of 60 records are gone at the target and would be unlinked here.', { code: 'unlink-here' }],
  ['Something else', { code: 'said', said: 'Something else' }],
]

const matches: readonly (readonly [string, object])[] = [
  ['nothing here fits; this target does not add records', { code: 'nothing' }],
  ['2 records here fit equally well', { code: 'several', count: 2 }],
  [
    'similar, but date of birth and gender differs',
    { code: 'similar', fields: ['dateOfBirth', 'gender'] },
  ],
  [
    'same event and bib, but linked to a b already',
    { code: 'linked', fields: ['event', 'number'], linkedTo: 'a b' },
  ],
  [
    'a record that refers to it is the same: another one of what is linked to 77',
    { code: 'joined', fields: [], linkedTo: '77' },
  ],
  [
    'same last name, one first name is missing, same e-mail',
    { code: 'doubtful', likeness: { name: 'noFirstName', shared: ['email'], differs: [] } },
  ],
  [
    'another name, same phone, another age',
    { code: 'doubtful', likeness: { name: 'other', shared: ['phone'], differs: ['age'] } },
  ],
  ['same shoe size, but linked to 77 already', { code: 'said' }],
  ['a voice said so', { code: 'said', said: 'a voice said so' }],
]

it('sentences an earlier version stored are codes, and what is no known sentence stays as it was said', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0190'),
  )
  await addTarget(before)
  await sql`DELETE FROM target`.execute(before.db)
  for (const [at, [reason]] of paused.entries()) {
    await sql`INSERT INTO target (id, name, adapter, url, auth, mode, direction, conflicts, remoteDeletion, entities,
      mapping, schedule, createdOn, pausedReason) VALUES (${at + 1}, ${`t${at}`}, 'a', '', 'none', 'mirror', 'both',
      'review', 'unlink', '[]', '[]', '{}', 1, ${reason})`.execute(before.db)
  }
  for (const [at, [reason]] of guards.entries()) {
    const guard = JSON.stringify({ reason, planned: 50, limit: 20 })
    await sql`INSERT INTO sync_run (id, targetId, kind, trigger, options, outbound, inbound, startedOn, guard)
      VALUES (${`r${at}`}, 1, 'delta', 'manual', '{}', '{}', '{}', ${at}, ${guard})`.execute(
      before.db,
    )
  }
  const linkData: string[] = [
    ...matches.map(([reason]) => JSON.stringify({ reason, fields: { lastName: 'Silva' } })),
    JSON.stringify({ leftBy: 'Desk 1' }),
  ]
  for (const [at, data] of linkData.entries()) {
    await sql`INSERT INTO sync_record (targetId, entity, remoteId, state, linkData)
      VALUES (1, 'person', ${`p${at}`}, 'unmatched', ${data})`.execute(before.db)
  }
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const targets = await db.selectFrom('target').select('pausedReason').orderBy('id').execute()
  const reasons = targets.map(({ pausedReason }) =>
    pausedReason === null ? null : pauseReason.parse(JSON.parse(pausedReason)),
  )
  expect(reasons).toEqual(paused.map(([, code]) => code))

  const runs = await db.selectFrom('sync_run').select('guard').orderBy('startedOn').execute()
  const stopped = runs.map(({ guard }) => guardFacts.strict().parse(JSON.parse(guard!)))
  expect(stopped).toEqual(guards.map(([, code]) => ({ ...code, planned: 50, limit: 20 })))

  const records = await db.selectFrom('sync_record').select('linkData').orderBy('rowNo').execute()
  const data = records.map((row) => JSON.parse(row.linkData!) as Record<string, unknown>)
  expect(data.slice(0, -1).map(({ reason }) => matchReason.parse(reason))).toMatchObject(
    matches.map(([, code]) => code),
  )
  expect(data[0]).toMatchObject({ fields: { lastName: 'Silva' } })
  expect(data.at(-1)).toEqual({ leftBy: 'Desk 1' })
})
