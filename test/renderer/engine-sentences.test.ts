import { describe, expect, it } from 'vitest'
import { syncRecordStates } from '../../main/contract/words.ts'
import type { DueRecord, ParentLink } from '../../main/engine/store/sync-records.ts'
import { planRecord, type PlanFacts } from '../../main/engine/sync/outbound/plan.ts'
import type { EntityBinding } from '../../main/engine/targets/kit/adapter.ts'
import type { TargetStatus } from '../../main/contract/targets.ts'
import {
  checkDeletions,
  checkOverwrites,
  checkRemoteDeletions,
  checkUnknown,
} from '../../main/engine/sync/outbound/safety.ts'
import { matchRecord, type MatchFacts } from '../../main/engine/sync/inbound/match.ts'
import { nothingTellsApart } from '../../main/engine/sync/inbound/match-unlinked.ts'
import { compareFields } from '../../renderer/pages/attention/matches/compared-fields.ts'
import { matchReason } from '../../renderer/pages/attention/matches/match-reason.ts'
import { markDifference } from '../../renderer/pages/attention/difference-marks.ts'
import { guardedChange } from '../../renderer/pages/sync/guard-words.ts'
import { planReason } from '../../renderer/pages/sync/plan-reason.ts'
import { pausedWords, refusedSignIn } from '../../renderer/pages/sync/paused-words.ts'

describe('The question a guard asks', () => {
  it.each([
    ['delete-there', checkDeletions(50, 60)],
    ['overwrite-there', checkOverwrites(50, 60)],
    ['delete-here', checkRemoteDeletions(50, 60, 'delete')],
    ['unlink-here', checkRemoteDeletions(50, 60, 'unlink')],
    ['create-there', checkUnknown('timing-van', 50)],
    ['other', { reason: 'Something new', planned: 50, limit: 20 }],
  ])('fits what would happen: %s', (change, guard) => {
    expect(guardedChange(guard!)).toBe(change)
  })
})

describe('The reason a target is paused', () => {
  const target: TargetStatus = {
    ...{ name: 'timing-van', adapter: 'tagserver', clockOffsetMs: null, lastError: null },
    ...{ pending: 0, held: 0, failed: 0, conflicts: 0, unmatched: 0 },
    ...{ lastSuccessOn: null, nextRunOn: null, retryOn: null, pausedReason: null },
    state: 'paused',
    direction: 'outbound',
  }
  it.each([
    ['The set-up is not finished', 'setup', '', ''],
    ['Paused by Desk 1', 'by', 'Desk 1', ''],
    [
      'timing-van refused the sign-in: The key is wrong. Check the key or password, then resume.',
      ...['signIn', 'timing-van', 'The key is wrong.'],
    ],
  ])('is understood: %s', (pausedReason, key, who, said) => {
    expect(pausedWords(pausedReason)).toEqual({ key, who, said })
    expect(refusedSignIn({ ...target, pausedReason })).toBe(key === 'signIn')
    expect(refusedSignIn({ ...target, state: 'waiting', pausedReason })).toBe(false)
  })

  it('is shown as it is where it is not known', () => {
    expect(pausedWords('The disk is full')).toBeNull()
  })
})

describe('The reason a rehearsal gives', () => {
  const binding: EntityBinding = {
    ...{ entity: 'eventParticipant', remoteName: 'entries', direction: 'both', changes: 'none' },
    ...{ fields: ['person'], hard: ['person'], soft: [], toRemote: (fields) => fields },
    ...{ parts: {}, shared: null, partOf: null },
    deletion: 'delete',
  }
  const partOf = {
    entity: 'eventParticipant',
    name: 'person',
    field: 'person',
    isMade: true,
  } as const
  const person = { kind: 'one', entity: 'person', field: 'person', as: 'made', parts: {} } as const
  const yesAndNo = [true, false]
  const parents: readonly (ParentLink | null)[] = [
    null,
    ...syncRecordStates.map((state) => ({ remoteId: null, state, pending: false })),
  ]

  function reasonOf(isSent: boolean, isDeleted: boolean, facts: Partial<PlanFacts>): string {
    const made = { createdOn: 1, createdBy: 'a', modifiedOn: 5, modifiedBy: 'a' }
    const due: DueRecord = {
      ...{ rowNo: 1, recordId: 'x', remoteVersion: null, agreed: null, agreedHash: null },
      ...{ remoteId: isSent ? '9' : null, mappingVersion: 0, remoteNewestOn: 0, stamp: 5 },
      ...{ beyondHash: null, partStamp: 0 },
      record: { id: 'x', fields: { person: 'p' }, ...made, deletedOn: isDeleted ? 5 : null },
    }
    return planRecord(due, {
      ...{
        binding,
        links: new Map(),
        parts: { one: {}, many: {} },
        sharing: null,
        undecided: new Set<string>(),
      },
      ...{ roots: null, label: '', matchesFilter: true, rehearsal: false },
      ...facts,
    }).reason
  }

  it('is understood, whatever the engine plans', () => {
    const reasons = yesAndNo.flatMap((isSent) => [
      reasonOf(isSent, false, { matchesFilter: false }),
      reasonOf(isSent, false, { binding: { ...binding, partOf } }),
      reasonOf(isSent, false, { binding: { ...binding, partOf }, roots: new Map() }),
      reasonOf(isSent, false, { binding: { ...binding, parts: { person } } }),
      reasonOf(isSent, false, { undecided: new Set(['x']) }),
      reasonOf(isSent, true, {}),
      reasonOf(isSent, true, { binding: { ...binding, deletion: 'none' } }),
      ...parents.map((link) =>
        reasonOf(isSent, false, { links: new Map(link ? [['p', link]] : []) }),
      ),
    ])
    expect(reasons.filter((reason) => planReason(reason) === null)).toEqual([])
    expect(new Set(reasons).size).toBeGreaterThan(8)
    expect(planReason('its person waits for a decision')?.field).toBe('person')
  })
})

describe('The reason a record was not linked', () => {
  const facts: MatchFacts = {
    entity: 'person',
    theirs: { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org' },
    knownAs: null,
    candidates: [],
    mode: 'master-leads',
  }
  const ana = (recordId: string, linkedTo: string | null = null) => ({
    recordId,
    fields: facts.theirs,
    linkedTo,
  })
  it.each([
    ['nothing', {}, facts],
    ['several', { n: '2' }, { ...facts, candidates: [ana('a'), ana('b')] }],
    ['linked', { id: '77' }, { ...facts, candidates: [ana('a', '77')] }],
  ])('is understood: %s', (key, values, given) => {
    expect(matchReason(matchRecord(given).reason)).toMatchObject({ key, values })
  })

  it('is known where records are alike in everything', () => {
    expect(matchReason(nothingTellsApart)).toMatchObject({ key: 'alike' })
  })
})

describe('Two values side by side', () => {
  it.each([
    ['Bergen', 'Berlin', ['Ber', 'ge', 'n']],
    ['Müller', 'Möller', ['M', 'ü', 'ller']],
    ['Porto', 'Graz', ['', 'Porto', '']],
    ['Ana', 'Ana', ['Ana', '', '']],
    ['+49 40 1111', '+49 40 1112', ['+49 40 111', '1', '']],
  ])('mark only what differs: %s beside %s', (text, other, parts) => {
    expect(markDifference(text, other)).toEqual(parts)
  })

  it('differ only where both say something', () => {
    const rows = compareFields(
      ['firstName', 'city', 'phone', 'notes'],
      { firstName: 'Ana', city: 'Porto', phone: null },
      [{ firstName: 'Ana', city: 'Graz', phone: '1' }],
    )
    expect(rows.map(({ field, candidates }) => [field, candidates[0]!.differs])).toEqual([
      ['firstName', false],
      ['city', true],
      ['phone', false],
    ])
  })
})
