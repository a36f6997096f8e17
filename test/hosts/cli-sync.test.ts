import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import {
  countDocument,
  errorDocument,
  failuresDocument,
  runsDocument,
  statusDocument,
} from '../support/command-documents.ts'
import { marshal, RunningMarshal } from '../support/run-marshal.ts'
import { env, timingVan } from './timing-van.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const van = timingVan()
const { json, run, addTarget, addPerson, sync } = van

describe('marshal sync', () => {
  it('sends what is new, then what changed, then nothing', async () => {
    await addTarget()
    const { records } = await addPerson('firstName=Ana', 'lastName=Núñez')
    expect(await sync()).toMatchObject([
      {
        target: 'timing-van',
        kind: 'initial',
        trigger: 'manual',
        result: 'success',
        outbound: { created: 1 },
      },
    ])
    await json(['record', 'set', 'person', records[0].id, '--field', 'firstName=Anna'])
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({ pending: 1 })
    expect(await sync()).toMatchObject([{ kind: 'delta', outbound: { created: 0, updated: 1 } }])
    expect(await van.timing.dump('people')).toMatchObject([
      { firstName: 'Anna', lastName: 'Núñez' },
    ])

    const writes = async () =>
      (await van.timing.log()).filter(({ method }) => method !== 'GET').length
    const before = await writes()
    expect(await sync()).toMatchObject([{ outbound: { created: 0, updated: 0, failed: 0 } }])
    expect(await writes()).toBe(before)

    const status = statusDocument.parse(await json(['status']))
    expect(status.targets).toMatchObject([{ name: 'timing-van', pending: 0, failed: 0 }])
    expect(runsDocument.parse(await json(['runs', 'timing-van'])).runs).toHaveLength(3)
    expect(runsDocument.parse(await json(['runs', '--limit', '1'])).runs).toHaveLength(1)
  })

  it('rehearses without a byte being sent or a row being written', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    const [rehearsed] = await sync(['--rehearse'])
    expect(rehearsed).toMatchObject({ rehearsal: true, outbound: { created: 1 } })
    expect(await van.timing.counts()).toMatchObject({ people: 0 })
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({ pending: 1 })
  })

  it('sends only the named record', async () => {
    await addTarget()
    const { records } = await addPerson('lastName=Lee')
    await addPerson('lastName=Roy')
    await sync(['timing-van', '--record', records[0].id])
    expect(await van.timing.dump('people')).toMatchObject([{ lastName: 'Lee' }])
  })

  it('exits 1 when a record is refused; failures can be listed, retried and discarded', async () => {
    await addTarget()
    await addPerson('lastName=Good')
    await addPerson('lastName=Poison')
    await van.timing.fault({
      match: { method: 'POST', path: '/api/people', bodyContains: 'Poison' },
      action: {
        kind: 'answer',
        status: 400,
        body: { title: 'Bad', status: 400, detail: 'No poison here' },
      },
    })
    expect(await sync([], 1)).toMatchObject([
      { result: 'warning', outbound: { created: 1, failed: 1 } },
    ])
    const { failures } = failuresDocument.parse(await json(['failures', 'list']))
    expect(failures).toMatchObject([
      { target: 'timing-van', entity: 'person', display: 'Poison', code: 'rejected' },
    ])
    expect(failures[0]!.message).toContain('No poison here')
    expect(
      failuresDocument.parse(await json(['failures', 'list', '--code', 'gone'])).failures,
    ).toEqual([])

    await van.timing.clearFaults()
    expect(countDocument.parse(await json(['failures', 'retry', failures[0]!.id]))).toEqual({
      count: 1,
    })
    expect(await sync()).toMatchObject([{ outbound: { created: 1 } }])
    expect(await van.timing.counts()).toMatchObject({ people: 2 })
    expect(
      countDocument.parse(await json(['failures', 'discard', '--target', 'timing-van'])),
    ).toEqual({ count: 0 })
  })

  it('exits 3 when the target does not answer, and loses nothing', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    await van.timing.unplug()
    const [failed] = await sync([], 3)
    expect(failed).toMatchObject({ result: 'error', outbound: { created: 0, failed: 0 } })
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({
      pending: 1,
      failed: 0,
    })
  })

  it('exits 3 when nothing arrives at a target that fails, 1 when some does, and says what waits and why', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    const fails = {
      kind: 'answer',
      status: 503,
      body: { detail: 'Closed for the night.' },
    } as const
    await van.timing.fault({ match: { method: 'POST' }, action: fails })
    expect(await sync([], 3)).toMatchObject([
      {
        result: 'error',
        outbound: { created: 0, waiting: 1 },
        errors: [{ entity: 'person', code: 'server', message: 'Closed for the night.' }],
      },
    ])
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({
      state: 'waiting',
      pending: 1,
      lastSuccessOn: null,
      lastError: 'Closed for the night.',
    })
    await addPerson('lastName=Costa')
    await van.timing.clearFaults()
    await van.timing.fault({ match: { method: 'POST' }, times: 1, action: fails })
    expect(await sync([], 1)).toMatchObject([
      { result: 'warning', outbound: { created: 1, waiting: 1 }, errors: [{ code: 'server' }] },
    ])
    expect(await sync()).toMatchObject([
      { result: 'success', outbound: { waiting: 0 }, errors: [] },
    ])
  })

  it('exits 3 when the sign-in is refused, pauses the target, and fails no record', async () => {
    await addTarget({ secrets: { apiKey: 'wrong' } })
    await addPerson('lastName=Lee')
    await sync([], 3)
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({
      state: 'paused',
      failed: 0,
      pending: 1,
      paused: { code: 'sign-in' },
      pausedReason: expect.any(String),
    })
  })

  it('tells history and failures only of targets there are', async () => {
    await addTarget()
    for (const args of [
      ['runs', 'nobody'],
      ['failures', 'list', '--target', 'nobody'],
      ['failures', 'retry', '--target', 'nobody'],
      ['failures', 'discard', '4711'],
    ])
      expect(errorDocument.parse(await json(args, { code: 2 })).error.code).toBe('not-found')
  })

  it('exits 2 when the stored secrets cannot be read here, says why, and pauses nothing', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    const locked = await marshal(['sync'], { data: van.data })
    expect(locked.code).toBe(2)
    expect(locked.stdout).toMatch(/vault\.json, which needs its passphrase.*MARSHAL_PASSPHRASE/)
    const shown = await marshal(['target', 'show', 'timing-van'], { data: van.data })
    expect(shown.stdout).toContain('apiKey cannot be read here')
    const test = await marshal(['target', 'test', 'timing-van'], { data: van.data })
    expect(test).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/passphrase/) })
    expect((await sync())[0]).toMatchObject({ result: 'success', outbound: { created: 1 } })
  })

  it('exits 2 for an unknown target or kind', async () => {
    expect((await run(['sync', 'nobody'])).code).toBe(2)
    expect((await run(['sync', '--kind', 'weekly'])).code).toBe(2)
  })

  it('stops at Ctrl-C where it is, and goes on from there next time', async () => {
    await addTarget()
    const rows = Array.from({ length: 400 }, (_, at) => `P${at},Runner${at}`).join('\n')
    await writeFile(join(van.data, 'p.csv'), `firstName,lastName\n${rows}\n`)
    await json(['import', join(van.data, 'p.csv'), '--entity', 'person'])
    await van.timing.latency(20)
    const running = new RunningMarshal(['--json', 'sync'], { data: van.data, env })
    await van.timing.succeeded({ kind: 'POST people', atLeast: 20 })
    const stopped = await running.end('SIGINT')
    expect(stopped.code).toBe(1)
    expect(runsDocument.parse(JSON.parse(stopped.stdout)).runs).toMatchObject([
      { result: 'cancelled' },
    ])
    await van.timing.latency(0)
    await sync()
    expect(await van.timing.counts()).toMatchObject({ people: 400 })
  })
})
