import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { tellKeptTicks } from '../../main/engine/services/targets/kept-ticks.ts'
import { addTarget, emptyFolder, openAfter } from './database-folder.ts'

const four = [
  'person.emergencyContactName',
  'person.emergencyContactNumber',
  'person.identityNumber',
  'person.medicalConditions',
]

it('targets of an earlier version keep the sensitive fields they had, and the log says so once', async () => {
  const folder = await emptyFolder()
  const before = await openAfter(
    folder,
    migrations.filter(({ name }) => name < '0101'),
  )
  await addTarget(before)
  await sql`DELETE FROM target`.execute(before.db)
  const mapped = JSON.stringify([
    { ours: 'person.medicalConditions', theirs: 'remarks' },
    { ours: 'person.city', theirs: 'town' },
  ])
  const add = (name: string, adapter: string, entities: readonly string[], mapping = '[]') =>
    sql`INSERT INTO target (name, adapter, url, auth, mode, direction, conflicts, remoteDeletion, entities, mapping,
      schedule, createdOn) VALUES (${name}, ${adapter}, '', 'none', 'mirror', 'both', 'master-wins', 'unlink',
      ${JSON.stringify(entities)}, ${mapping}, '{}', 1)`.execute(before.db)
  await add('timing', 'tagserver', ['person', 'tag'], mapped)
  await add('master', 'ems', ['person'])
  await add('entries', 'runsignup', ['person'])
  await add('tags', 'ems', ['tag'])
  await before.close()

  const { db } = await openAfter(folder, migrations)
  const found = await db
    .selectFrom('target')
    .select(['name', 'sensitive', 'sensitiveKept'])
    .execute()
  expect(found.map((one) => ({ ...one, sensitive: JSON.parse(one.sensitive) as unknown }))).toEqual(
    [
      {
        name: 'timing',
        sensitive: ['person.identityNumber', 'person.medicalConditions'],
        sensitiveKept: 1,
      },
      { name: 'master', sensitive: four, sensitiveKept: 1 },
      { name: 'entries', sensitive: [], sensitiveKept: 0 },
      { name: 'tags', sensitive: [], sensitiveKept: 0 },
    ],
  )
  const lines: string[] = []
  const quiet = () => {}
  const log = {
    debug: quiet,
    warn: quiet,
    error: quiet,
    info: (message: string, details?: Readonly<Record<string, unknown>>) =>
      void lines.push(`${String(details?.['target'])}: ${message}`),
  }
  await tellKeptTicks(db, log)
  await tellKeptTicks(db, log)
  expect(lines).toEqual([
    expect.stringMatching(/^timing: Sensitive fields travel/),
    expect.stringMatching(/^master: Sensitive fields travel/),
  ])
})
