import { describe, expect, it } from 'vitest'
import { openConnection } from '../../../main/engine/db/sqlite-connection.ts'
import { emsPeopleHere, emsPersons, startAtEms } from '../../targets/ems/at-ems.ts'
import { persons, remotePerson, start } from '../../targets/mock-sync-server/at-mock-sync.ts'
import type { FaultAction } from '../../support/stand-in-process.ts'

const megabyte = 1024 * 1024
const answers: readonly (readonly [string, FaultAction, string, RegExp])[] = [
  ['larger than 50 MB', { kind: 'huge-body', bytes: 60 * megabyte }, 'bad-response', /50 MB/],
  ['endless', { kind: 'endless-body' }, 'bad-response', /50 MB/],
  ['nested a thousand deep', { kind: 'deep-json', depth: 1_000 }, 'bad-response', /64 levels/],
  ['not UTF-8', { kind: 'wrong-charset' }, 'bad-response', /not UTF-8/],
  ['a web page', { kind: 'html' }, 'offline', /web page/],
  ['half of a JSON text', { kind: 'truncated-json' }, 'bad-response', /not complete JSON/],
  ['cut in the middle', { kind: 'cut-in-body' }, 'offline', /./],
  [
    'of another content type',
    { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '[]' },
    'offline',
    /web page/,
  ],
  [
    'plain words',
    { kind: 'answer', status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' },
    'bad-response',
    /JSON/,
  ],
  ['empty', { kind: 'answer', status: 200, body: '' }, 'bad-response', /not complete JSON/],
]

/** What a run leaves to go on from. */
async function checkpoints(dataDir: string): Promise<unknown> {
  const connection = await openConnection(`${dataDir}/marshal.db`, { mode: 'read' })
  try {
    return {
      cursors: await connection.all('SELECT entity, value FROM cursor ORDER BY entity'),
      staged: await connection.all(
        'SELECT entity, remoteId, version, state FROM inbox ORDER BY id',
      ),
      seen: await connection.all('SELECT entity, remoteId FROM listing_seen'),
    }
  } finally {
    await connection.close()
  }
}

/** The most memory beyond what was there before, bytes; looked at every few milliseconds. */
function watchMemory() {
  const taken = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  }
  const before = taken()
  let most = before
  const timer = setInterval(() => (most = Math.max(most, taken())), 5)
  return () => {
    clearInterval(timer)
    return most - before
  }
}

const ana = remotePerson('a', { firstName: 'Ana', lastName: 'Ávila', email: 'ana@example.org' })
const bo = remotePerson('b', { firstName: 'Zoë', lastName: 'Peña', email: 'zoe@example.org' })

describe('Promise 9: an answer to a pull that is', () => {
  it.each(answers)(
    '%s is cut and named, and nothing is noted of it',
    async (_how, action, code, words) => {
      const marshal = await start({ config: { remoteDeletion: 'delete' } })
      await marshal.server.put([ana])
      await marshal.sync()
      await marshal.server.put([bo])
      const before = await checkpoints(marshal.dataDir)
      for (const kind of ['delta', 'reconcile'] as const) {
        await marshal.server.fault({ match: { method: 'GET' }, action })
        const mostMemory = watchMemory()
        const run = await marshal.sync({ kind })
        // The limit of an answer in pieces, in one piece, and as text.
        expect(mostMemory()).toBeLessThan(6 * 50 * megabyte)
        await marshal.server.clearFaults()
        expect(run).toMatchObject({ result: 'error', errors: [{ code, recordId: null }] })
        expect(run.errors[0]!.message).toMatch(words)
        expect(await checkpoints(marshal.dataDir)).toEqual(before)
        expect(await persons(marshal)).toHaveLength(1)
      }
      expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { created: 1 } })
      expect(await persons(marshal)).toHaveLength(2)
    },
  )

  it.each(answers.filter((_, n) => n % 2 === 0))(
    '%s in the middle of a listing concludes nothing',
    async (_how, action) => {
      const marshal = await startAtEms({ config: { remoteDeletion: 'delete' } })
      const people = emsPersons(45).map((person) => ({ ...person, lastName: 'Ávila' }))
      await marshal.server.load('people', people)
      await marshal.sync()
      await marshal.server.fault({ match: { pathPattern: 'people.*page=1&' }, action })
      expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
        result: 'error',
        inbound: { deleted: 0 },
      })
      await marshal.server.clearFaults()
      expect(await emsPeopleHere(marshal)).toHaveLength(45)
      expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
        result: 'success',
        inbound: { created: 0, updated: 0, deleted: 0 },
      })
    },
  )
})
