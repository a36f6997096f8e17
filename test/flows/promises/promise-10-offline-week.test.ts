import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FormSubmission } from '../../../main/stand-ins/mock-sync-server/core.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import { startTestEngine } from '../../support/test-engine.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

const entrants = 10_000
const day = 24 * 3_600_000

/** Each entrant is a person, a tag, an entry and a place in a start group. */
const list = (category: string) =>
  [
    'bib,first_name,last_name,gender,email,race,start_group,tag,category',
    ...Array.from(
      { length: entrants },
      (_, n) =>
        `${n + 1},Runner${n},Silva,F,r${n}@example.org,Marathon,Wave ${n % 5},T-${n},${category}`,
    ),
  ].join('\n') + '\n'

const references = ['event', 'race', 'person', 'tag', 'startGroup', 'eventParticipant']

/** Submissions that refer to what the server had not been told of yet. */
function orphans(submissions: readonly FormSubmission[]): number {
  const told = new Set<unknown>()
  let count = 0
  for (const { entityGuid, data } of submissions) {
    if (references.some((name) => (data[name] ?? null) !== null && !told.has(data[name]))) count++
    told.add(entityGuid)
  }
  return count
}

const sizeOf = async (path: string) => (await stat(path).catch(() => ({ size: 0 }))).size

describe('Promise 10: an offline week', () => {
  it('of 50,000 edits on one laptop arrives whole, parents first, and leaves no ballast', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { direction: 'outbound' },
    })
    await marshal.sync()
    await marshal.server.unplug()
    await marshal.importEntrants(list('Open'))
    for (let passed = 0; passed < 7; passed++) {
      await marshal.clock.walk(day)
      expect(await marshal.sync()).toMatchObject({ result: 'error', guard: null })
    }
    await marshal.importEntrants(list('Elite'))
    const edits = Object.values((await marshal.client.status.get()).records)
    const created = edits.reduce((sum, count) => sum + count, 0)
    expect(created + entrants).toBeGreaterThanOrEqual(50_000)
    expect(await marshal.status()).toMatchObject({ pending: created, failed: 0 })

    await marshal.server.plug()
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      guard: null,
      outbound: { created, updated: 0, failed: 0, held: 0 },
    })
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, held: 0 })
    const submissions = await marshal.server.submissions()
    expect(submissions).toHaveLength(created)
    expect(orphans(submissions)).toBe(0)
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)

    // All that was edited by hand once more: 10,000 overwrites are no mass change that waits for anybody.
    await marshal.importEntrants(list('Masters'))
    expect(await marshal.sync()).toMatchObject({ guard: null, outbound: { updated: entrants } })

    const file = join(marshal.dataDir, 'marshal.db')
    const whole = (await sizeOf(file)) + (await sizeOf(`${file}-wal`))
    const packed = join(marshal.dataDir, 'packed.db')
    await marshal.engine.backupTo(packed)
    expect(whole).toBeLessThan(2 * (await sizeOf(packed)))
  }, 240_000)
})
