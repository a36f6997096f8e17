import { describe, expect, it } from 'vitest'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import { contentHash } from '../../main/engine/model/record.ts'
import { emsPeopleHere, emsPersons, startAtEms } from '../targets/ems/at-ems.ts'
import {
  agreedPerson,
  editThere,
  remotePerson,
  start,
} from '../targets/mock-sync-server/at-mock-sync.ts'

/** Watches a database as another process would: the version changes with every commit, the hash with every row. */
async function watch(dataDir: string) {
  const connection = await openConnection(`${dataDir}/marshal.db`, { mode: 'read' })
  const content = async () => {
    const tables = await connection.all(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'person_search%'`,
    )
    const rows: unknown[] = []
    for (const { name } of tables) rows.push(await connection.all(`SELECT * FROM ${String(name)}`))
    const [version] = await connection.all('PRAGMA data_version')
    return { version, hash: contentHash(JSON.stringify(rows)) }
  }
  return { content, close: () => connection.close() }
}

describe('comparing with a target', () => {
  it('reports exactly what differs, is missing, unknown or was never sent, and writes nothing', async () => {
    const marshal = await start({ config: { mode: 'master-leads' } })
    const same = await agreedPerson(marshal, { firstName: 'Same', lastName: 'Silva' })
    const differs = await agreedPerson(marshal, { firstName: 'Differs', lastName: 'Silva' })
    const missing = await agreedPerson(marshal, { firstName: 'Missing', lastName: 'Silva' })
    await editThere(marshal, differs, { city: 'Lisboa' }, 30)
    const left = (await marshal.server.records()).filter(({ id }) => id !== missing)
    await marshal.server.reset()
    await marshal.server.put([
      ...left,
      remotePerson('unknown', { firstName: 'Unknown', lastName: 'Silva' }),
    ])
    const fresh = await marshal.set('person', { firstName: 'Fresh', lastName: 'Silva' })
    const watched = await watch(marshal.dataDir)
    const before = await watched.content()
    const report = await marshal.client.sync.compare({ name: 'timing' })
    expect(await watched.content()).toEqual(before)
    await watched.close()
    expect(report).toMatchObject({
      target: 'timing',
      complete: true,
      counts: { same: 1, differs: 1, missingThere: 1, unknownHere: 1, notSent: 1 },
    })
    const told = report.differences.map(({ finding, recordId, remoteId, display }) => [
      finding,
      recordId ?? remoteId,
      display,
    ])
    expect(told.sort()).toEqual([
      ['differs', differs, 'Differs Silva'],
      ['missing-there', missing, 'Missing Silva'],
      ['not-sent', fresh.id, 'Fresh Silva'],
      ['unknown-here', 'unknown', 'Unknown Silva'],
    ])
    const [first] = report.differences.filter(({ finding }) => finding === 'differs')
    expect(first!.fields).toEqual([{ field: 'city', ours: null, theirs: 'Lisboa' }])
    expect(report.differences.map(({ recordId }) => recordId)).not.toContain(same)
    expect(await marshal.server.submissions()).toEqual([])
  })

  it('says the same twice, and nothing once a full run has repaired it', async () => {
    const marshal = await startAtEms()
    const ids = await marshal.server.load('people', emsPersons(45))
    await marshal.sync()
    for (const id of ids.slice(0, 5))
      await marshal.server.amend('people', id, { lastName: 'Costa' })
    await marshal.server.remove('people', ids[44]!)
    await marshal.server.load('people', emsPersons(1, 100))
    const first = await marshal.client.sync.compare({ name: 'timing' })
    expect(first.counts).toEqual({
      same: 39,
      differs: 5,
      missingThere: 1,
      unknownHere: 1,
      notSent: 0,
    })
    expect(await marshal.client.sync.compare({ name: 'timing' })).toEqual(first)
    await marshal.sync({ kind: 'reconcile' })
    const after = await marshal.client.sync.compare({ name: 'timing' })
    expect(after.counts).toMatchObject({ same: 45, differs: 0, missingThere: 0, unknownHere: 0 })
    // Unlinked, not deleted: it is here, and EMS does not have it.
    expect(await emsPeopleHere(marshal)).toHaveLength(46)
  })

  it('of a listing that is not whole says nothing about what is missing', async () => {
    const marshal = await start()
    await agreedPerson(marshal)
    await marshal.server.reset()
    await marshal.server.odd([{ entity: 'person', firstName: 'Nobody' }])
    expect(await marshal.client.sync.compare({ name: 'timing' })).toMatchObject({
      complete: false,
      counts: { missingThere: 0, notSent: 0 },
    })
  })
})
