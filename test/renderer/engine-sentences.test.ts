import { describe, expect, it } from 'vitest'
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
