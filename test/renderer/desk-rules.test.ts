import { describe, expect, it } from 'vitest'
import type { EntrantCard } from '../../main/contract/desk.ts'
import { changeFrom, reverseOf } from '../../renderer/pages/desk/drafts.ts'
import { likeliestEvent } from '../../main/contract/likeliest-event.ts'
import { splitMatches } from '../../renderer/pages/desk/highlight.ts'
import { createBurstReader } from '../../renderer/pages/desk/scanner-burst.ts'
import { walkUpFrom } from '../../renderer/pages/desk/walk-up-form.ts'
import { overallState } from '../../renderer/shell/overall-state.ts'
import type { TargetStatus } from '../../main/contract/targets.ts'

/** Reads a code with so many milliseconds between the keys. */
function typed(code: string, gapMs: number) {
  const read = createBurstReader()
  let at = 1000
  for (const key of code) {
    expect(read({ key, at })).toBeNull()
    at += gapMs
  }
  return read({ key: 'Enter', at })
}

describe('Telling a scanner from a typist', () => {
  it('takes a burst that ends with Enter for a scan, with the time it began', () => {
    expect(typed('E2801160', 4)).toEqual({ code: 'E2801160', from: 1000 })
  })
  it('takes the same keys at the pace of a person for typing', () => {
    expect(typed('E2801160', 90)).toBeNull()
  })
  it('takes a short code for typing, however fast', () => {
    expect(typed('123', 4)).toBeNull()
  })
  it('forgets what was typed before the burst', () => {
    const read = createBurstReader()
    read({ key: 'x', at: 0 })
    for (const [index, key] of [...'T-0012'].entries()) read({ key, at: 500 + index * 5 })
    expect(read({ key: 'Enter', at: 530 })).toEqual({ code: 'T-0012', from: 500 })
  })
  it('does not count Shift and other keys that write nothing', () => {
    const read = createBurstReader()
    for (const [index, key] of ['T', '-', 'Shift', '0', '1'].entries()) {
      read({ key, at: index * 5 })
    }
    expect(read({ key: 'Enter', at: 25 })).toEqual({ code: 'T-01', from: 0 })
  })
})

describe('Marking what a search matched', () => {
  const marked = (text: string, query: string) =>
    splitMatches(text, query)
      .map((part) => (part.matched ? `[${part.text}]` : part.text))
      .join('')

  it.each([
    ['Ana Schmidt', 'schm', 'Ana [Schm]idt'],
    ['Ana Schmidt', 'an sc', '[An]a [Sc]hmidt'],
    ['Bo Müller', 'mull', 'Bo [Müll]er'],
    ['Çelik Demir', 'celik', '[Çelik] Demir'],
    ['Anne-Marie', 'mar', 'Anne-[Mar]ie'],
    ['Ana', 'na', 'Ana'],
    ['Ana', '', 'Ana'],
    ['', 'x', ''],
  ])('%s searched by %s', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected)
  })
})

describe('What a draft sends', () => {
  it('clears with nothing; a name, which is text only, with empty text', () => {
    expect(changeFrom('e1', { bib: '12', notes: null, firstName: null })).toEqual({
      id: 'e1',
      bib: '12',
      notes: null,
      firstName: '',
    })
  })
  it('is taken back by what was there before, field by field', () => {
    const before = { id: 'e1', bib: null, notes: 'old', category: 'M30' } as EntrantCard
    expect(reverseOf({ id: 'e1', bib: '12', notes: null }, before)).toEqual({
      id: 'e1',
      bib: null,
      notes: 'old',
    })
  })
  it('leaves empty fields of a walk-up out', () => {
    const values = { firstName: 'Ana', lastName: 'Schmidt', bib: '9', email: null }
    expect(walkUpFrom(values, 'event-1')).toEqual({
      eventId: 'event-1',
      firstName: 'Ana',
      lastName: 'Schmidt',
      bib: '9',
    })
  })
})

describe('One state for all targets', () => {
  const target = (state: TargetStatus['state'], failed = 0): TargetStatus => ({
    name: state,
    adapter: 'tagserver',
    state,
    direction: 'both',
    pending: 0,
    held: 0,
    failed,
    conflicts: 0,
    unmatched: 0,
    lastSuccessOn: null,
    nextRunOn: null,
    retryOn: null,
    lastError: null,
    paused: null,
    pausedReason: null,
    clockOffsetMs: null,
  })
  it('is up to date only if every one is', () => {
    expect(overallState([target('up-to-date'), target('waiting')])?.state).toBe('waiting')
    expect(overallState([target('up-to-date'), target('up-to-date')])?.state).toBe('up-to-date')
  })
  it('says that something needs attention before anything else, and counts over all', () => {
    const all = [target('sending', 1), target('attention', 2)]
    expect(overallState(all)).toMatchObject({ state: 'attention', failed: 3 })
  })
  it('is nothing without targets', () => {
    expect(overallState([])).toBeNull()
  })
})

describe('The event a desk starts with', () => {
  const event = (name: string, startDateTime: string | null, entrants: number) => ({
    id: name,
    name,
    startDateTime,
    startGroups: [],
    entrants,
    checkedIn: 0,
  })
  const raceMorning = Date.parse('2026-05-03T06:00:00Z')
  it('is the one nearest in time', () => {
    const events = [
      event('Autumn', '2026-10-01T08:00:00Z', 900),
      event('Spring', '2026-05-03T08:00:00Z', 10),
      event('Undated', null, 5000),
    ]
    expect(likeliestEvent(events, raceMorning)?.name).toBe('Spring')
  })
  it('is the one with most entrants where there are no dates', () => {
    const events = [event('Small', null, 1), event('Big', null, 32_000)]
    expect(likeliestEvent(events, raceMorning)?.name).toBe('Big')
  })
  it('is none without events', () => {
    expect(likeliestEvent([], raceMorning)).toBeNull()
  })
})
