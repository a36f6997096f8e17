import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { syncRecordStates } from '../../../main/contract/words.ts'
import { run } from '../../../main/engine/store/sql/statement.ts'
import {
  readDuePage,
  type DueRecord,
  type ParentLink,
} from '../../../main/engine/store/links/sync-records.ts'
import { planRecord, type PlanFacts } from '../../../main/engine/sync/outbound/decide/plan.ts'
import type { EntityBinding } from '../../../main/engine/targets/kit/adapter.ts'
import { startTestEngine } from '../../support/test-engine.ts'
import { openTestCore } from '../../support/test-core.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

const binding: EntityBinding = {
  entity: 'eventParticipant',
  remoteName: 'entries',
  direction: 'both',
  fields: ['event', 'person', 'tag', 'number'],
  hard: ['event', 'person'],
  soft: ['tag'],
  parts: {},
  shared: null,
  partOf: null,
  changes: 'none',
  deletion: 'delete',
  toRemote: (fields) => fields,
}

const link: fc.Arbitrary<ParentLink | undefined> = fc.option(
  fc.record({
    remoteId: fc.option(fc.constantFrom('17', '18')),
    state: fc.constantFrom(...syncRecordStates),
    pending: fc.boolean(),
  }) as fc.Arbitrary<ParentLink>,
  { nil: undefined },
)

const situation = fc.record({
  remoteId: fc.option(fc.constant('99')),
  deletedOn: fc.option(fc.constant(5)),
  tag: fc.option(fc.constant('t')),
  links: fc.record({ e: link, p: link, t: link }),
  matchesFilter: fc.boolean(),
  undecided: fc.boolean(),
})

function plan({ remoteId, deletedOn, tag, links, matchesFilter, undecided }: Situation) {
  const fields = { event: 'e', person: 'p', tag, number: '7' }
  const made = { createdOn: 1, createdBy: 'a', modifiedOn: 5, modifiedBy: 'a' }
  const due: DueRecord = {
    rowNo: 1,
    recordId: 'x',
    remoteId,
    remoteVersion: null,
    agreed: null,
    agreedHash: null,
    mappingVersion: 0,
    beyondHash: null,
    partStamp: 0,
    remoteNewestOn: 0,
    stamp: 5,
    record: { id: 'x', fields, ...made, deletedOn },
  }
  const facts: PlanFacts = {
    binding,
    links: new Map(Object.entries(links).flatMap(([id, one]) => (one ? [[id, one]] : []))),
    parts: { one: {}, many: {} },
    sharing: null,
    roots: null,
    label: 'EMS',
    undecided: new Set(undecided ? ['x'] : []),
    matchesFilter,
    rehearsal: false,
  }
  return planRecord(due, facts)
}
type Situation = typeof situation extends fc.Arbitrary<infer One> ? One : never

describe('the plan for a due record', () => {
  it('sends nothing whose hard parents are not there', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { kind } = plan(one)
        const missing = [one.links.e, one.links.p].some((parent) => !parent?.remoteId)
        if (missing) expect(['create', 'update']).not.toContain(kind)
      }),
    )
  })

  it('creates only what the target does not have, and updates only what it has', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { kind } = plan(one)
        if (kind === 'create') expect(one.remoteId).toBeNull()
        if (kind === 'update') expect(one.remoteId).not.toBeNull()
      }),
    )
  })

  it('deletes only what was deleted here and the target has', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { kind } = plan(one)
        expect(kind === 'delete').toBe(one.deletedOn !== null && one.remoteId !== null)
      }),
    )
  })

  it('never sends what is outside the filter, or what the target may have already', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { kind } = plan(one)
        if (!one.matchesFilter) expect(['create', 'update']).not.toContain(kind)
        if (one.undecided && one.remoteId === null) expect(kind).not.toBe('create')
      }),
    )
  })

  it('names every reference that travels empty, and only those', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const step = plan(one)
        if (step.kind !== 'create' && step.kind !== 'update') return
        const empty = one.tag !== null && !one.links.t?.remoteId
        expect(step.missing).toEqual(empty ? ['tag'] : [])
        expect(Object.keys(step.refs)).toHaveLength(one.tag === null || empty ? 2 : 3)
      }),
    )
  })
})

describe('what waits for a person, a parent or a moment', () => {
  it.each(syncRecordStates)('in the state %s is planned only when linked', async (state) => {
    const marshal = await startTestEngine({ target: mockSyncTarget })
    await marshal.set('person', { lastName: 'Silva' })
    const core = await openTestCore({ dataDir: marshal.dataDir })
    try {
      await run(core.core.db, `UPDATE sync_record SET state = ?`, state)
      const page = await readDuePage(core.core.db, 1, 'person', {
        after: 0,
        limit: 10,
        selected: null,
      })
      expect(page).toHaveLength(state === 'linked' ? 1 : 0)
      await run(core.core.db, `UPDATE sync_record SET state = 'linked'`)
    } finally {
      await core.close()
    }
  })
})
