/** The life of a sync record: written by one file, and shown in ARCHITECTURE.md as its table says it. */
import { describe, expect, it } from 'vitest'
import { syncRecordStates, type SyncRecordState } from '../../main/contract/words.ts'
import {
  situations,
  stateMeanings,
  stateOf,
  syncRecordEvents,
  type SyncRecordEvent,
} from '../../main/engine/model/sync-record.ts'
import { sectionOf } from './doc-tables.ts'
import { codeFiles, listed, projectFiles } from './source-tree.ts'
import { checkStateWriters } from './state-writers.ts'

const inStore = (text: string) =>
  checkStateWriters([{ path: 'main/engine/store/links/a.ts', text }])

describe('the state of a sync record', () => {
  it('is written by one file', () => {
    expect(listed(checkStateWriters(codeFiles()))).toBe('')
  })

  it.each([
    "run(trx, `UPDATE sync_record SET state = 'linked' WHERE rowNo = ?`)",
    'run(trx, `UPDATE sync_record AS s SET attempts = 0,\n  state = (SELECT 1) WHERE s.rowNo = ?`)',
    'run(trx, `UPDATE sync_record SET agreed = (SELECT x FROM y WHERE z = 1), state = 1`)',
    'run(trx, `INSERT OR IGNORE INTO sync_record (targetId) VALUES (1)`)',
    "trx.updateTable('sync_record').set({ state: 'linked' })",
    "trx.insertInto('sync_record').values(row)",
  ])('is not written elsewhere: %s', (text) => {
    expect(inStore(text)).toHaveLength(1)
  })

  it.each([
    "run(trx, `UPDATE sync_record SET remoteId = NULL WHERE state = 'linked'`)",
    "run(trx, `UPDATE inbox SET attempts = 0, state = 'done'`)",
    'rows(db, `SELECT state FROM sync_record`)',
  ])('is read, and the rest written, anywhere: %s', (text) => {
    expect(inStore(text)).toEqual([])
  })
})

describe('ARCHITECTURE.md', () => {
  it('shows the states, and what brings a record into each', () => {
    const page = projectFiles().find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? ''
    const shown = sectionOf(page, '## The life of a sync record')
    for (const row of table()) expect(shown).toContain(row)
    const rows = shown.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(syncRecordStates.length)
  })
})

const table = () =>
  syncRecordStates.map((state) => `| \`${state}\` | ${stateMeanings[state]} | ${waysTo(state)} |`)

/** Events that bring a record into a state, with the states it comes from. */
function waysTo(state: SyncRecordState): string {
  const ways = Object.entries(syncRecordEvents).flatMap(([name, event]) => {
    const { moves, adds }: SyncRecordEvent = event
    const from = new Set(
      situations.filter((one) => moves[one] === state && stateOf(one) !== state).map(stateOf),
    )
    if (from.size === 0) return adds === state ? [name] : []
    return [`${name}(${from.size > 4 ? 'any' : [...from].join(',')})`]
  })
  return ways.join(' ')
}
