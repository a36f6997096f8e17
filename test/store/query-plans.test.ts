import type { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import type { Db, Trx } from '../../main/engine/db/schema.ts'
import { entities, entitiesInOrder } from '../../main/engine/model/entities.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { readAudit } from '../../main/engine/store/writer/audit.ts'
import {
  countConflicts,
  foldConflicts,
  readConflicts,
  readSettled,
} from '../../main/engine/store/attention/conflicts.ts'
import { readEntrantRecords } from '../../main/engine/store/desk/desk-changes.ts'
import { readDeskEvents, readEntrantExtra } from '../../main/engine/store/desk/entrants.ts'
import { findByCode, searchEntrants } from '../../main/engine/store/desk/find-entrants.ts'
import { readOpenConversations } from '../../main/engine/store/desk/conversations.ts'
import { readEntrantPage } from '../../main/engine/store/desk/entrant-export.ts'
import { findNamesakes } from '../../main/engine/store/links/inbound-links.ts'
import * as knownEntrants from '../../main/engine/store/imports/known-entrants.ts'
import { findByKey, findIdsByKey } from '../../main/engine/store/search/known-records.ts'
import { readLinkedPage } from '../../main/engine/store/traffic/listings.ts'
import { countMatches, readMatches } from '../../main/engine/store/attention/matches.ts'
import { searchPersons } from '../../main/engine/store/search/person-search.ts'
import { changeRecords, type Change } from '../../main/engine/store/writer/record-change.ts'
import { findByWords } from '../../main/engine/store/search/record-search.ts'
import { readRoots } from '../../main/engine/store/links/body-parts.ts'
import { readRecordTargets } from '../../main/engine/store/links/record-targets.ts'
import { listRecords, readDisplayNames, readRecords } from '../../main/engine/store/sql/records.ts'
import { listRunErrors } from '../../main/engine/store/runs/run-errors.ts'
import { rows } from '../../main/engine/store/sql/statement.ts'
import { findSyncRecords, listSyncRecords } from '../../main/engine/store/links/sync-record-list.ts'
import { countDeletions, countOverwrites } from '../../main/engine/store/links/mass-changes.ts'
import {
  countDue,
  nextRetryOn,
  readDuePage,
  releaseRetries,
} from '../../main/engine/store/links/sync-records.ts'
import { readUndecided, releaseDecided } from '../../main/engine/store/links/possible-twins.ts'
import {
  countWaiting,
  readWaitingErrors,
  type PushScope,
} from '../../main/engine/store/links/waiting-records.ts'
import { importText } from '../support/demo-entrants.ts'
import { noting, tableScans } from '../support/query-plans.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const everything: PushScope = { targetId: 1, entities: ['person'], records: null }
let test: TestCore
let event: string

beforeAll(async () => {
  test = await openTestCore()
  await importText(
    test,
    'bib,first_name,last_name,email,club,start_group,tag\n7,Ana,Kip,a@x.org,Harriers,Wave 1,T-1\n8,Bo,Lund,,,Wave 2,\n',
  )
  event = (await readDeskEvents(test.core.reader))[0]!.id
})
afterAll(() => test.close())

async function scansOf(work: (db: Db) => Promise<unknown>): Promise<readonly string[]> {
  const noted: CompiledQuery[] = []
  await work(noting(test.core.reader, noted))
  expect(noted.length).toBeGreaterThan(0)
  return tableScans(test.core.reader, noted)
}

const kinds = ['possible', 'remote', 'local'] as const
const group = { entity: 'person' as const, fields: ['city'] }

const hot: readonly (readonly [string, (db: Db) => Promise<unknown>])[] = [
  ['search in an event', (db) => searchEntrants(db, { eventId: event, query: 'an ki', limit: 30 })],
  [
    'search in all events',
    (db) => searchEntrants(db, { eventId: null, query: 'an ki', limit: 30 }),
  ],
  [
    'search for a mistyped name',
    (db) => searchEntrants(db, { eventId: event, query: 'ana lumd', limit: 30 }),
  ],
  [
    'search in a list of the desk',
    (db) =>
      searchEntrants(db, {
        eventId: event,
        query: 'ana lumd',
        limit: 30,
        filter: { missing: ['checkIn', 'bib', 'tag', 'waiver'], startGroupId: 'x', race: 'x' },
      }),
  ],
  ['search by e-mail', (db) => searchEntrants(db, { eventId: event, query: 'a@x', limit: 30 })],
  ['search for signs only', (db) => searchEntrants(db, { eventId: event, query: '--', limit: 30 })],
  ['scan', (db) => findByCode(db, event, 'T-1', 2)],
  ['scan in all events', (db) => findByCode(db, null, 'T-1', 2)],
  ['entrant card', (db) => readEntrantExtra(db, 'x')],
  ['open conversations', (db) => readOpenConversations(db, 'x')],
  ['records behind an entrant', (db) => readEntrantRecords(db, 'x')],
  ['targets of records', (db) => readRecordTargets(db, ['x'])],
  ['search for persons', (db) => searchPersons(db, 'ana', 30, 0)],
  ['search for persons by e-mail', (db) => searchPersons(db, 'a@x', 30, 0)],
  ['entries by words', (db) => findByWords(db, 'eventParticipant', 'ana', { limit: 30, after: 0 })],
  ['tags by words', (db) => findByWords(db, 'tag', 'T', { limit: 30, after: 0 })],
  [
    'records that were found',
    (db) =>
      listRecords(db, 'person', { after: 0, limit: 1, deleted: false, where: {}, ids: ['x'] }),
  ],
  ['entrants by bib', (db) => knownEntrants.entrantsByBib(db, [[event, '7']])],
  ['entrants by name', (db) => knownEntrants.entrantsByName(db, [[event, 'kip, ana', null, true]])],
  ['entrants by e-mail', (db) => knownEntrants.entrantsByEmail(db, [[event, 'a@x.org']])],
  [
    'entrants by birth date',
    (db) => knownEntrants.entrantsByBirthDate(db, [[event, '1990-07-01', 'kip, ana', 'ana']]),
  ],
  ['whether anybody was deleted', (db) => knownEntrants.hasDeleted(db, event)],
  ['who was deleted', (db) => knownEntrants.deletedEntrants(db, [[event, 'kip, ana']])],
  ['namesakes of a page', (db) => findNamesakes(db, [['kip, ana', null]])],
  ['a number', (db) => searchEntrants(db, { eventId: event, query: '#007', limit: 30 })],
  ['a number in all events', (db) => searchEntrants(db, { eventId: null, query: '7', limit: 30 })],
  ['tags by code', (db) => knownEntrants.findTags(db, ['T-1'])],
  ['clubs by name', (db) => knownEntrants.findOrganisations(db, ['Harriers'])],
  ['event by name', (db) => knownEntrants.readEventOutline(db, 'Spring Classic')],
  ['page of an export', (db) => readEntrantPage(db, 0, { limit: 10, sensitive: true })],
  ['due page', (db) => readDuePage(db, 1, 'person', { after: 0, limit: 10, selected: null })],
  [
    'what records came into being with',
    (db) => readRoots(db, 1, { entity: 'eventParticipant', field: 'person' }, ['x']),
  ],
  [
    'due page of chosen records',
    (db) => readDuePage(db, 1, 'person', { after: 0, limit: 10, selected: ['x'] }),
  ],
  ['number of due records', (db) => countDue(db, 1, 'person')],
  ['number of deletions', (db) => countDeletions(db, 1, 'person')],
  ['next retry', (db) => nextRetryOn(db, 1)],
  ['number that wait', (db) => countWaiting(db, everything, { stamp: 1, rowNos: new Set([1]) })],
  ['why records wait', (db) => readWaitingErrors(db, everything, 10)],
  ['history of a record', (db) => readAudit(db, { recordId: 'x', before: null, limit: 10 })],
  ['history', (db) => readAudit(db, { before: null, limit: 10 })],
  ['history by somebody', (db) => readAudit(db, { who: 'x', text: 'y', before: null, limit: 10 })],
  ['open conflicts', (db) => readConflicts(db, {}, 0, 10)],
  ['open conflicts of a target', (db) => readConflicts(db, { targetId: 1 }, 0, 10)],
  ['open conflicts that are alike', (db) => readConflicts(db, { targetId: 1, group }, 0, 10)],
  ['chosen conflicts', (db) => readConflicts(db, { ids: ['1'] }, 0, 10)],
  ['settled conflicts', (db) => readSettled(db, ['1'])],
  ['number of conflicts that are alike', (db) => countConflicts(db, { targetId: 1, group })],
  ['unlinked records', (db) => readMatches(db, { targetIds: [1, 2], kinds }, 0, 10)],
  [
    'chosen unlinked records',
    (db) => readMatches(db, { targetIds: [1], kinds, ids: ['1'] }, 0, 10),
  ],
  ['number of unlinked records', (db) => countMatches(db, { targetIds: [1, 2], kinds })],
  ['records nobody has decided about', (db) => readUndecided(db, 1)],
  [
    'sync records of a target',
    async (db) => {
      const all = { targetId: 1, due: false }
      await listSyncRecords(db, all, 'person', { after: 0, limit: 10 })
      await listSyncRecords(db, { ...all, due: true }, 'person', { after: 0, limit: 10 })
      await listSyncRecords(db, { ...all, state: 'linked' }, 'person', { after: 0, limit: 10 })
      await listSyncRecords(db, { ...all, state: 'held' }, 'person', { after: 0, limit: 10 })
    },
  ],
  [
    'sync records by the beginning of an id',
    (db) =>
      findSyncRecords(
        db,
        { targetId: 1, due: false },
        { entities: ['person', 'tag'], typed: 'x', limit: 10 },
      ),
  ],
  ['errors of a run', (db) => listRunErrors(db, 'x', 0, 10)],
]

const ofOneEntity: typeof hot = [
  ['what a comparison reads', (db) => readLinkedPage(db, 1, 'person', { after: 0, limit: 10 })],
]

const ofDueRows: readonly (readonly [string, (db: Db) => Promise<unknown>])[] = [
  ['due page', (db) => readDuePage(db, 1, 'person', { after: 0, limit: 10, selected: null })],
  ['number of due records', (db) => countDue(db, 1, 'person')],
  ['number of overwrites', (db) => countOverwrites(db, 1, 'person')],
]

describe('what every run asks first', () => {
  it.each(ofDueRows)(
    '%s: from the index of due rows, not of all the target has',
    async (_, work) => {
      const noted: CompiledQuery[] = []
      await work(noting(test.core.reader, noted))
      for (const { sql, parameters } of noted) {
        const plan = await rows<{ detail: string }>(
          test.core.reader,
          `EXPLAIN QUERY PLAN ${sql}`,
          ...(parameters as readonly (string | number | null)[]),
        )
        const reads = plan
          .map(({ detail }) => detail)
          .filter((detail) => /^(SEARCH|SCAN) s /.test(detail))
        expect(reads).toEqual([expect.stringContaining('INDEX sync_record_due ')])
      }
    },
  )
})

describe('what walks all a target has of one entity', () => {
  it.each(ofOneEntity)('%s: not what others have', async (_, work) => {
    const noted: CompiledQuery[] = []
    await work(noting(test.core.reader, noted))
    for (const { sql, parameters } of noted) {
      const plan = await rows<{ detail: string }>(
        test.core.reader,
        `EXPLAIN QUERY PLAN ${sql}`,
        ...(parameters as readonly (string | number | null)[]),
      )
      expect(plan.map(({ detail }) => detail)).toEqual([
        expect.stringContaining('INDEX sync_record_by_entity (<expr>=? AND rowid>?)'),
      ])
    }
  })
})

describe('hot reading statements', () => {
  it.each(hot)('%s: from indexes', async (_, work) => {
    // Paging walks its table by row number and stops at the limit: no scan of the whole.
    expect((await scansOf(work)).filter((scan) => !scan.startsWith('SCAN audit'))).toEqual([])
  })

  it.each(entitiesInOrder.map(({ name }) => name))(
    'of %s: from indexes',
    async (entity: EntityName) => {
      const scans = await scansOf(async (db) => {
        await readRecords(db, entity, ['x'])
        await readDisplayNames(db, entity, ['x'])
        await listRecords(db, entity, { after: 0, limit: 10, deleted: false, where: {} })
        for (const fields of entities[entity].keys) {
          await findByKey(db, entity, fields, [fields.map(() => 'x')])
          await findIdsByKey(db, entity, fields, [{ row: 0, values: fields.map(() => 'x') }])
        }
      })
      expect(scans).toEqual([])
    },
  )
})

describe('the beginning of every run', () => {
  it('finds what waited for a moment without walking all that is linked', async () => {
    const noted: CompiledQuery[] = []
    await releaseRetries(noting(test.core.db, noted), 1, 1)
    await releaseDecided(noting(test.core.db, noted), 1)
    expect(await tableScans(test.core.reader, noted)).toEqual([])
  })
})

describe('what is due', () => {
  it('is found by the index that holds nothing else', async () => {
    const noted: CompiledQuery[] = []
    const db = noting(test.core.reader, noted)
    await readDuePage(db, 1, 'person', { after: 0, limit: 10, selected: null })
    await readDuePage(db, 1, 'person', { after: 0, limit: 10, selected: ['x'] })
    await countDue(db, 1, 'person')
    for (const { sql, parameters } of noted) {
      const plan = await rows<{ detail: string }>(
        test.core.reader,
        `EXPLAIN QUERY PLAN ${sql}`,
        ...(parameters as readonly (string | number | null)[]),
      )
      expect(plan.map(({ detail }) => detail).join('; ')).toContain('USING INDEX sync_record_due')
    }
  })
})

describe('listing all open conflicts', () => {
  it('counts and folds them from an index that holds nothing else', async () => {
    const noted: CompiledQuery[] = []
    const db = noting(test.core.reader, noted)
    await countConflicts(db, {})
    await foldConflicts(db, undefined)
    for (const scan of await tableScans(test.core.reader, noted)) {
      expect(scan).toMatch(/^SCAN c USING (COVERING )?INDEX conflict_open/)
    }
  })
})

describe('this test', () => {
  it('notices a statement that reads a whole table', async () => {
    const scans = await scansOf((db) => rows(db, `SELECT id FROM person WHERE city = ?`, 'x'))
    expect(scans).toEqual([expect.stringContaining('SCAN person')])
  })
})

describe('the one writer', () => {
  it('answers every question of a page from indexes, with as many statements for 100 records as for one', async () => {
    const target = await test.core.db
      .insertInto('target')
      .values({
        name: 't',
        adapter: 'a',
        url: '',
        auth: 'none',
        mode: 'mirror',
        direction: 'outbound',
        conflicts: 'master-wins',
        remoteDeletion: 'unlink',
        entities: '[]',
        mapping: '[]',
        schedule: '{}',
        createdOn: 1,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await test.core.db
      .insertInto('target_scope')
      .values(
        entitiesInOrder.map(({ name }) => ({
          entity: name,
          targetId: target.id,
          outbound: 1,
          inbound: 0,
          firstState: 'linked',
        })),
      )
      .execute()
    const person = { kind: 'one', owner: 'eventParticipant', part: 'person', field: 'person' }
    const entry = { kind: 'many', owner: 'person', part: 'eventParticipant', field: 'person' }
    const event = { kind: 'one', owner: 'eventParticipant', part: 'event', field: 'event' }
    const paths = [
      { changed: 'person', root: 'eventParticipant', path: [person], isMade: 0 },
      { changed: 'eventParticipant', root: 'eventParticipant', path: [person], isMade: 1 },
      { changed: 'eventParticipant', root: 'person', path: [entry], isMade: 0 },
      { changed: 'event', root: 'person', path: [event, entry], isMade: 0 },
    ] as const
    await test.core.db
      .insertInto('body_part')
      .values(paths.map((one) => ({ ...one, path: JSON.stringify(one.path), targetId: target.id })))
      .execute()
    const counts: number[] = []
    for (const size of [1, 100]) {
      const { changes, ids } = pageOf(size)
      const noted = await write(changes)
      noted.push(...(await write(ids.map((id) => update('person', id, { city: 'Bonn' })))))
      noted.push(...(await write(ids.map((id) => ({ action: 'delete', entity: 'person', id })))))
      counts.push(noted.length)
      expect(await tableScans(test.core.reader, noted)).toEqual([])
    }
    expect(counts[1]).toBe(counts[0])
  })
})

async function write(changes: readonly Change[]): Promise<CompiledQuery[]> {
  const noted: CompiledQuery[] = []
  await test.core.db.transaction().execute((trx: Trx) =>
    changeRecords(noting(trx, noted), changes, {
      who: 'x',
      origin: 'operator',
      source: null,
      now: 1,
    }),
  )
  return noted
}

const update = (entity: EntityName, id: string, fields: Fields): Change => ({
  action: 'update',
  entity,
  id,
  fields,
})

let bib = 1000
function pageOf(size: number): { changes: Change[]; ids: string[] } {
  const changes: Change[] = []
  const ids: string[] = []
  for (let at = 0; at < size; at++) {
    const [person, tag, entry] = [0, 0, 0].map(() => test.core.ports.ids.uuid()) as [
      string,
      string,
      string,
    ]
    ids.push(person)
    const number = String(bib++)
    changes.push(
      { action: 'create', entity: 'person', id: person, fields: { lastName: `N${at}` } },
      { action: 'create', entity: 'tag', id: tag, fields: { number } },
      {
        action: 'create',
        entity: 'eventParticipant',
        id: entry,
        fields: { event, person, number, tag },
      },
    )
  }
  return { changes, ids }
}
