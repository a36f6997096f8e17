import { describe, expect, it } from 'vitest'
import { readinessFix } from '../../main/contract/readiness.ts'
import { readinessText } from '../../main/contract/readiness-words-en.ts'
import {
  readinessLines,
  worstLight,
  type ReadinessFacts,
  type TargetFacts,
} from '../../main/engine/services/system/decide/readiness.ts'

const now = Date.UTC(2026, 4, 16, 6)
const minute = 60_000
const hour = 60 * minute
const timing: TargetFacts = {
  name: 'timing',
  lastSuccessOn: now - minute,
  paused: null,
  clockOffsetMs: 40,
  ...{ pending: 0, held: 0, failed: 0, conflicts: 0 },
}
const full = {
  ...{ entrants: 32_000, checkedIn: 12, withBib: 32_000, alikeBibs: 0 },
  ...{ withTag: 32_000, withGroup: 32_000 },
}
/** A day on which all is well. */
const well: ReadinessFacts = {
  now,
  event: full,
  hasGroups: true,
  eventOn: now + 5 * hour,
  locked: true,
  doubles: 0,
  matches: 0,
  targets: [timing],
  webhooks: [{ target: 'timing', lastOn: now - hour }],
  backupOn: now - 3 * hour,
  restoreTest: { on: now - 24 * hour, ok: true },
  diskFree: 80e9,
  databaseBytes: 120e6,
  battery: { present: true, plugged: true, percent: 100 },
  deviceName: 'Desk 2',
  people: ['Maria @ Desk 2'],
  storageLost: false,
}
const lights = (facts: Partial<ReadinessFacts>) =>
  Object.fromEntries(readinessLines({ ...well, ...facts }).map(({ code, light }) => [code, light]))

describe('Readiness', () => {
  it('is green in every line when all is well, and nothing asks to be done', () => {
    const lines = readinessLines(well)
    expect(lines.map(({ light }) => light)).toEqual(lines.map(() => 'green'))
    expect(lines.map(readinessFix)).toEqual(lines.map(() => null))
    expect(worstLight(lines)).toBe('green')
  })

  it.each<[what: string, facts: Partial<ReadinessFacts>, line: Record<string, string>]>([
    ['nobody entered', { event: null }, { 'entrants-none': 'amber' }],
    ['one without a bib', { event: { ...full, withBib: 31_999 } }, { 'bibs-missing': 'amber' }],
    ['007 beside 7', { event: { ...full, alikeBibs: 1 } }, { 'bibs-alike': 'red' }],
    ['tags to hand out', { event: { ...full, withTag: 0 } }, { 'tags-missing': 'amber' }],
    ['one in no group', { event: { ...full, withGroup: 31_999 } }, { 'groups-missing': 'amber' }],
    ['no lock, and the event is near', { locked: false }, { 'lock-off': 'amber' }],
    ['possible doubles', { doubles: 3 }, { 'doubles-open': 'amber' }],
    ['possible matches', { matches: 2 }, { 'matches-open': 'amber' }],
    ['a failure', { targets: [{ ...timing, failed: 12 }] }, { 'queue-failed': 'red' }],
    ['held', { targets: [{ ...timing, held: 2 }] }, { 'queue-held': 'amber' }],
    ['pending', { targets: [{ ...timing, pending: 2 }] }, { 'queue-pending': 'amber' }],
    ['a conflict', { targets: [{ ...timing, conflicts: 1 }] }, { 'conflicts-open': 'amber' }],
    [
      'a target an hour and a bit behind',
      { targets: [{ ...timing, lastSuccessOn: now - hour - 1 }] },
      { 'target-old': 'amber' },
    ],
    ['never synced', { targets: [{ ...timing, lastSuccessOn: null }] }, { 'target-never': 'red' }],
    ['paused', { targets: [{ ...timing, paused: 'person' }] }, { 'target-paused': 'amber' }],
    [
      'everything paused',
      { targets: [{ ...timing, paused: 'all' }] },
      { 'target-stopped': 'amber' },
    ],
    [
      'one not set up',
      { targets: [{ ...timing, paused: 'set-up' }] },
      { 'target-unfinished': 'amber' },
    ],
    ['refused', { targets: [{ ...timing, paused: 'sign-in' }] }, { 'target-refused': 'red' }],
    [
      'a clock 2.001 s off',
      { targets: [{ ...timing, clockOffsetMs: -2_001 }] },
      { 'clock-off': 'amber' },
    ],
    [
      'a clock nobody told',
      { targets: [{ ...timing, clockOffsetMs: null }] },
      { 'clock-unknown': 'unknown' },
    ],
    ['no call yet', { webhooks: [{ target: 'x', lastOn: null }] }, { 'webhook-never': 'unknown' }],
    ['no backup', { backupOn: null }, { 'backup-none': 'red' }],
    ['an old backup', { backupOn: now - 27 * hour }, { 'backup-old': 'amber' }],
    ['never tried out', { restoreTest: null }, { 'restore-never': 'amber' }],
    [
      'a backup that cannot be restored',
      { restoreTest: { on: now, ok: false } },
      { 'restore-failed': 'red' },
    ],
    [
      'tried out long ago',
      { restoreTest: { on: now - 200 * hour, ok: true } },
      { 'restore-old': 'amber' },
    ],
    ['little room', { diskFree: 1e9 }, { 'disk-low': 'amber' }],
    ['no room for copies', { diskFree: 3e9, databaseBytes: 1.2e9 }, { 'disk-full': 'red' }],
    ['no word of the disk', { diskFree: null }, { 'disk-unknown': 'unknown' }],
    [
      'half a battery',
      { battery: { present: true, plugged: false, percent: 49 } },
      { 'battery-low': 'amber' },
    ],
    [
      'an empty battery',
      { battery: { present: true, plugged: false, percent: 19 } },
      { 'battery-low': 'red' },
    ],
    [
      'a battery nobody knows the level of',
      { battery: { present: true, plugged: false, percent: null } },
      { 'battery-low': 'amber' },
    ],
    ['no word of a battery', { battery: null }, { 'battery-unknown': 'unknown' }],
    ['a computer without a name', { deviceName: '' }, { 'device-unnamed': 'amber' }],
    ['nobody at work yet', { people: [] }, { 'people-none': 'unknown' }],
    ['a database taken away', { storageLost: true }, { 'storage-lost': 'red' }],
  ])('with %s is %o', (_, facts, line) => {
    expect(lights(facts)).toMatchObject(line)
    const others = Object.entries(lights(facts)).filter(([code]) => !(code in line))
    expect(others.filter(([, light]) => light !== 'green')).toEqual([])
  })

  it('counts what is not known as no obstacle, and the worst of the rest', () => {
    const unknown = readinessLines({ ...well, battery: null, diskFree: null })
    expect(worstLight(unknown)).toBe('green')
    const amber = readinessLines({ ...well, doubles: 1 })
    expect(worstLight(amber)).toBe('amber')
    expect(worstLight(readinessLines({ ...well, doubles: 1, backupOn: null }))).toBe('red')
  })

  it('says nothing of targets, queues and clocks where there is no target', () => {
    const subjects = readinessLines({ ...well, targets: [], webhooks: [] }).map((l) => l.code)
    expect(subjects.filter((code) => /^(target|queue|conflicts|clock)/.test(code))).toEqual([])
  })

  it('wants no event lock while the event is far', () => {
    const far = readinessLines({ ...well, locked: false, eventOn: now + 100 * hour })
    expect(far.map(({ subject }) => subject)).not.toContain('lock')
  })

  it('leaves out a target that is being removed', () => {
    const removing = readinessLines({ ...well, targets: [{ ...timing, paused: 'removing' }] })
    expect(removing.map(({ subject }) => subject)).not.toContain('targets')
  })

  it.each<[facts: Partial<ReadinessFacts>, page: string, command: string | null]>([
    [
      { targets: [{ ...timing, paused: 'person', name: 'my timing' }] },
      'sync',
      'marshal target resume "my timing"',
    ],
    [{ targets: [{ ...timing, paused: 'sign-in' }] }, 'targets', 'marshal target test timing'],
    [{ targets: [{ ...timing, paused: 'all' }] }, 'settings', null],
    [{ targets: [{ ...timing, lastSuccessOn: null }] }, 'sync', 'marshal sync timing'],
    [{ targets: [{ ...timing, held: 1 }] }, 'attention', 'marshal matches list'],
    [{ backupOn: null }, 'settings', 'marshal backup'],
    [{ restoreTest: { on: now, ok: false } }, 'settings', 'marshal backup'],
    [{ restoreTest: null }, 'settings', 'marshal backups --test'],
    [{ deviceName: '' }, 'settings', null],
  ])('says of %o what helps', (facts, page, command) => {
    const fixes = readinessLines({ ...well, ...facts }).flatMap((line) => readinessFix(line) ?? [])
    expect(fixes).toEqual([{ page, command }])
  })

  it('says amounts and names in English for the command', () => {
    const said = readinessLines({ ...well, event: { ...full, withTag: 31_990 } }).map(readinessText)
    expect(said).toContain('31,990 of 32,000 entrants have a tag')
    expect(said).toContain('worked here this week: Maria @ Desk 2')
  })
})
