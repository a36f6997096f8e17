import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startAtTagServer } from '../targets/tagserver/target.ts'

const minute = 60_000

describe('a database file that is taken away while Marshal runs', () => {
  it('is told without an edit, stops edits and syncs in words, and is taken up when it is back', async () => {
    const marshal = await startAtTagServer({
      schedule: true,
      mayComplain: true,
      config: { schedule: { delta: '* * * * *', reconcile: null } },
    })
    const person = await marshal.set('person', { lastName: 'Silva' })
    await marshal.until(({ state }) => state === 'up-to-date')
    const file = join(marshal.dataDir, 'marshal.db')
    await rename(file, `${file}.moved`)
    const told: string[] = []
    marshal.engine.onTrouble(({ message }) => void told.push(message))

    await marshal.clock.walk(minute)
    await expect
      .poll(() => marshal.events.findLast((event) => event.type === 'status')?.status.trouble)
      .toMatchObject({ kind: 'removed', file })
    await expect.poll(() => told.length).toBeGreaterThan(0)
    expect(told[0]).toContain('was removed or moved while Marshal was running')

    const problem = {
      data: { code: 'database', message: expect.stringContaining('was removed or moved') },
    }
    await expect(marshal.set('person', { lastName: 'Souza' }, person.id)).rejects.toMatchObject(
      problem,
    )
    await expect(marshal.sync()).rejects.toMatchObject(problem)
    const sent = marshal.departures.length
    await marshal.clock.walk(5 * minute)
    expect(marshal.departures).toHaveLength(sent)
    const { records } = await marshal.client.records.list({ entity: 'person' })
    expect(records).toMatchObject([{ lastName: 'Silva' }])

    await rename(`${file}.moved`, file)
    expect((await marshal.client.status.get()).trouble).toBeUndefined()
    await marshal.set('person', { lastName: 'Souza' }, person.id)
    await marshal.until(({ state, pending }) => state === 'up-to-date' && pending === 0)
    expect(marshal.complaints.filter((line) => line.includes('could not be made'))).toEqual([])
  })
})
