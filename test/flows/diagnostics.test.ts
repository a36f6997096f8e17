import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { safeLogLine } from '../../main/engine/services/system/decide/safe-log.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

const people = [
  'First name,Last name,Date of birth,E-mail,Phone,City,Bib,Race,Start group',
  'Zebulon,Quartermain,1990-01-01,zebulon@quartermain.example,+49 170 5550123,Ulaanbaatar,7,10K,A',
].join('\n')
const traces = /zebulon|quartermain|5550123|1990-01-01|ulaanbaatar|Maria-Operator|Desk-of-Maria/i

describe('diagnostics', () => {
  it('hold versions, counts, runs and the log, and nothing about people', async () => {
    const { client, server, dataDir, importEntrants, sync } = await startAtTagServer()
    await client.settings.set({ operatorName: 'Maria-Operator', deviceName: 'Desk-of-Maria' })
    await importEntrants(people)
    // A server that repeats what it was sent, and a log that repeats the server.
    const detail = 'Zebulon Quartermain, zebulon@quartermain.example, is no runner'
    await server.fault({
      match: { method: 'POST' },
      action: { kind: 'answer', status: 400, body: { detail } },
    })
    await sync()
    await mkdir(join(dataDir, 'log'), { recursive: true })
    await appendFile(
      join(dataDir, 'log', 'marshal.log'),
      `${JSON.stringify({ time: 'now', level: 50, msg: 'A run failed', target: 'timing', error: `Error: ${detail}\n    at send (/data/maria-operator/m/send.ts:1:2)`, said: detail, ms: 12 })}\n`,
    )
    const bundle = await client.settings.diagnostics()
    expect(JSON.stringify(bundle)).not.toMatch(traces)
    expect(bundle).toMatchObject({
      marshal: { version: '0.0.0-test' },
      records: { person: 1 },
      targets: [{ name: 'timing', adapter: 'tagserver', counts: { failed: expect.any(Number) } }],
      settings: { hasOperatorName: true },
      log: [
        {
          msg: 'A run failed',
          target: 'timing',
          ms: 12,
          error: ['Error', 'at send (send.ts:1:2)'],
        },
      ],
    })
    const [run] = bundle['runs'] as { errors: Record<string, number> }[]
    expect(Object.keys(run!.errors)).toContain('rejected person')
  })
})

describe('a line of the log that may leave this computer', () => {
  it.each([
    ['a path of its owner', { msg: 'at /data/ana/m', file: '/data/ana/m/x.db' }, /ana/],
    [
      'what a server said',
      { msg: 'x', message: 'Ana', details: { a: 'Ana' }, list: ['Ana'] },
      /Ana/,
    ],
    ['the message of an error', { msg: 'x', error: { stack: 'TypeError: Ana\n at a' } }, /Ana/],
  ])('is without %s', (_, line, trace) => {
    const safe = safeLogLine(JSON.stringify({ level: 50, ...line }), [['/data/ana/m', 'DATA']])
    expect(JSON.stringify(safe)).not.toMatch(trace)
    expect(safe).toMatchObject({ level: 50 })
  })

  it.each([
    ['at open (/data/Ana Silva/marshal/db.ts:1:2)', 'at open (db.ts:1:2)'],
    ['at async Run.work (file:///data/Ana%20Silva/run.ts:1:2)', 'at async Run.work (run.ts:1:2)'],
    ['at C:\\Users\\Ana Silva\\marshal\\db.ts:1:2', 'at db.ts:1:2'],
    ['at node:internal/timers:581:17', 'at timers:581:17'],
    ['at async Promise.all (index 0)', 'at async Promise.all (index 0)'],
    ['at /data/Ana Silva', 'at [left out]'],
  ])('names the file of %s alone', (frame, expected) => {
    const error = { stack: `TypeError: x\n    ${frame}` }
    expect(safeLogLine(JSON.stringify({ msg: 'x', error }), [])).toMatchObject({
      error: ['TypeError', expected],
    })
  })

  it('names a file without its folders', () => {
    const line = JSON.stringify({ msg: 'x', file: '/data/Ana Silva/start lists/list.csv' })
    expect(safeLogLine(line, [])).toMatchObject({ file: 'list.csv' })
  })

  it('is nothing where the log was cut', () => {
    expect(safeLogLine('{"level":50,"ms', [])).toBeNull()
  })
})
