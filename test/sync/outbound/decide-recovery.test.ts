import { describe, expect, it } from 'vitest'
import {
  decideRecoveries,
  type Lost,
} from '../../../main/engine/sync/outbound/decide/decide-recovery.ts'

const same = (remoteId: string) => ({ remoteId, sameContent: true })
const similar = (remoteId: string) => ({ remoteId, sameContent: false })
const kinds = (lost: readonly Lost[], known: readonly string[] = []) =>
  decideRecoveries(lost, new Set(known)).map((one) =>
    one.kind === 'link' ? `link ${one.remoteId}` : one.kind,
  )

describe('a creation whose answer was lost', () => {
  it.each<[string, Lost['found'], readonly string[], string]>([
    ['is sent again when nothing is there', [], [], 'send-again'],
    ['is linked to what has its content', [same('1')], [], 'link 1'],
    ['is linked to its content among similar ones', [similar('1'), same('2')], [], 'link 2'],
    [
      'is sent again when what is there belongs to another record',
      [same('1')],
      ['1'],
      'send-again',
    ],
    ['is sent again when the similar one belongs to another', [similar('1')], ['1'], 'send-again'],
    ['is for a person when only something similar is there', [similar('1')], [], 'ask'],
    ['is for a person when several have its content', [same('1'), same('2')], [], 'ask'],
    ['is for a person when the target cannot be asked', 'undecidable', [], 'ask'],
  ])('%s', (_rule, found, known, expected) => {
    expect(kinds([{ body: 'a', found }], known)).toEqual([expected])
  })
})

describe('several creations whose answers were lost', () => {
  it('take one record each when they are exactly alike', () => {
    const found = [same('1'), same('2')]
    expect(
      kinds([
        { body: 'a', found },
        { body: 'a', found },
      ]),
    ).toEqual(['link 1', 'link 2'])
  })

  it('are sent again where fewer arrived than were sent', () => {
    const found = [same('1')]
    expect(
      kinds([
        { body: 'a', found },
        { body: 'a', found },
      ]),
    ).toEqual(['link 1', 'send-again'])
  })

  it.each([
    ['son first', ['son', 'father']],
    ['father first', ['father', 'son']],
  ])('do not take each other for themselves (%s)', (_order, order) => {
    const lost = order.map((body) => ({
      body,
      found: body === 'father' ? [same('1')] : [similar('1')],
    }))
    const decided = kinds(lost)
    expect(decided[order.indexOf('father')]).toBe('link 1')
    expect(decided[order.indexOf('son')]).toBe('send-again')
  })
})
