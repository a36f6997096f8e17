/** A rehearsal of a target that is received from: it tells what the run would do on both sides, and touches neither. */
import { readdir } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import { contentHash } from '../../main/engine/model/record.ts'
import { startListOf } from '../support/race-day.ts'
import { startRunSignup } from '../targets/runsignup/stand-in.ts'
import { startTestEngine } from '../support/test-engine.ts'
import { runSignupForAll } from '../targets/runsignup/target.ts'

/** Eight entrants here; six of them and two others at RunSignup, three of the six spelled otherwise there. */
async function bothFilled(config: Readonly<Record<string, unknown>>) {
  const server = await startRunSignup()
  onTestFinished(() => server.stop())
  await server.load(
    Array.from({ length: 8 }, (_, n) => ({
      user: {
        first_name: `Runner${n + 3}`,
        last_name: n < 3 ? 'SILVA' : 'Silva',
        email: `runner${n + 3}@example.org`,
        dob: '1990-01-20',
        gender: 'F',
      },
      bib_num: n + 3,
    })),
  )
  const marshal = await startTestEngine({ target: runSignupForAll, standIn: server, config })
  await marshal.importEntrants(startListOf(8))
  return { marshal, server }
}

/** Every row of every table, as one hash, and the files beside the database. */
async function everything(dataDir: string) {
  const connection = await openConnection(`${dataDir}/marshal.db`, { mode: 'read' })
  const tables = await connection.all(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'person_search%'`,
  )
  const rows: unknown[] = []
  for (const { name } of tables) rows.push(await connection.all(`SELECT * FROM ${String(name)}`))
  await connection.close()
  return { rows: contentHash(JSON.stringify(rows)), files: (await readdir(dataDir)).sort() }
}

describe('a rehearsal of a target that is received from', () => {
  it.each(['mirror', 'master-leads', 'target-leads'])(
    'as %s tells exactly what the first run then does, and touches neither side',
    async (mode) => {
      const { marshal, server } = await bothFilled({ mode })
      const before = await everything(marshal.dataDir)
      const { run, lines } = await marshal.client.sync.rehearse({ name: 'timing', limit: 50 })
      expect(await marshal.sync({ rehearse: true })).toMatchObject({ outbound: run.outbound })
      expect(await everything(marshal.dataDir)).toEqual(before)
      const requests = await server.log()
      expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
      expect(await marshal.status()).toMatchObject({ clockOffsetMs: null })
      const { inbound, outbound } = await marshal.sync()
      expect(run).toMatchObject({ kind: 'initial', rehearsal: true, inbound })
      const { created, updated, deleted, held, failed } = outbound
      expect(run.outbound).toMatchObject({ created, updated, deleted, held, failed })
      expect(lines.filter(({ action }) => action === 'create')).toHaveLength(created)
    },
  )

  it('tells what a later run would receive and send', async () => {
    const { marshal, server } = await bothFilled({ mode: 'mirror' })
    await marshal.sync()
    await marshal.sync()
    const [first] = await server.present()
    await server.edit(first!.registration_id, { user: { last_name: 'Costa' } })
    const { records } = await marshal.client.records.list({ entity: 'eventParticipant', limit: 1 })
    await marshal.set('eventParticipant', { giveaway: 'Shirt M' }, records[0]!.id)
    const rehearsed = await marshal.sync({ rehearse: true })
    expect(rehearsed).toMatchObject({ inbound: { updated: 1 }, outbound: { updated: 1 } })
    expect(await marshal.sync()).toMatchObject({
      inbound: rehearsed.inbound,
      outbound: rehearsed.outbound,
    })
  })

  it('that does not answer says so, beside what is known to be due', async () => {
    const { marshal, server } = await bothFilled({ mode: 'mirror' })
    await marshal.sync()
    const { records } = await marshal.client.records.list({ entity: 'eventParticipant', limit: 1 })
    await marshal.set('eventParticipant', { giveaway: 'Shirt M' }, records[0]!.id)
    await server.unplug()
    expect(await marshal.sync({ rehearse: true })).toMatchObject({
      result: 'error',
      errors: [{ code: 'offline', entity: null }],
      outbound: { updated: 1 },
    })
  })
})
