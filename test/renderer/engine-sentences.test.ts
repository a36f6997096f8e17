import { describe, expect, it } from 'vitest'
import type { TargetStatus } from '../../main/contract/targets.ts'
import {
  checkDeletions,
  checkOverwrites,
  checkRemoteDeletions,
} from '../../main/engine/sync/outbound/safety.ts'
import { matchRecord, type MatchFacts } from '../../main/engine/sync/inbound/match.ts'
import { compareFields } from '../../renderer/pages/attention/matches/compared-fields.ts'
import { matchReason } from '../../renderer/pages/attention/matches/match-reason.ts'
import { markDifference } from '../../renderer/pages/attention/difference-marks.ts'
import { guardedChange } from '../../renderer/pages/sync/guard-words.ts'
import { pausedWords, refusedSignIn } from '../../renderer/pages/sync/paused-words.ts'

describe('The question a guard asks', () => {
  it.each([
    ['delete-there', checkDeletions(50, 60)],
    ['overwrite-there', checkOverwrites(50, 60)],
    ['delete-here', checkRemoteDeletions(50, 60, 'delete')],
    ['unlink-here', checkRemoteDeletions(50, 60, 'unlink')],
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
