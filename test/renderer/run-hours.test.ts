import { describe, expect, it } from 'vitest'
import type { RunView } from '../../main/contract/sync.ts'
import { byHour, heightOf, marksUpTo } from '../../renderer/pages/sync/run-hours.ts'

const none = { created: 0, updated: 0, deleted: 0, skipped: 0, failed: 0 }
const run = (startedOn: string, created: number, failed = 0): RunView => ({
  id: startedOn,
  target: 'timing-van',
  kind: 'delta',
  trigger: 'schedule',
  rehearsal: false,
  result: 'success',
  startedOn,
  endedOn: startedOn,
  outbound: { ...none, created, failed, held: 0, waiting: 0 },
  inbound: { ...none, found: 0, conflicts: 0, unmatched: 0 },
  guard: null,
  errors: [],
})

describe('The chart of what moved', () => {
  it('has a bar for each hour, also where nothing ran, and ends with the newest', () => {
    const hours = byHour([
      run('2026-05-03T09:50:00Z', 3, 1),
      run('2026-05-03T09:10:00Z', 4),
      run('2026-05-03T07:00:00Z', 96_000),
    ])
    expect(hours.map(({ moved, refused, runs }) => [moved, refused, runs])).toEqual([
      [96_000, 0, 1],
      [0, 0, 0],
      [7, 1, 2],
    ])
  })

  it('looks back so many hours and no further', () => {
    const hours = byHour([run('2026-05-03T09:50:00Z', 1), run('2026-05-01T09:50:00Z', 5)], 24)
    expect(hours).toHaveLength(24)
    expect(hours.at(-1)!.moved).toBe(1)
    expect(byHour([])).toEqual([])
  })

  it('shows a few records beside a first run of very many', () => {
    const marks = marksUpTo(96_000)
    expect(marks).toEqual([10, 100, 1000, 10_000, 100_000])
    expect(heightOf(8, marks.at(-1)!)).toBeGreaterThan(0.15)
    expect(heightOf(100_000, 100_000)).toBe(1)
    expect(marksUpTo(0)).toEqual([10])
  })
})
