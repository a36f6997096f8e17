/** What the adapter says to OpenSPP, and what it makes of Odoo's habits, in both releases. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import { noParts, type Refs } from '../../../main/engine/targets/kit/resource.ts'
import { openspp } from '../../../main/engine/targets/openspp/adapter.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { errorOf } from '../conformance/subject.ts'
import { startOpenspp, type OpensppStandIn } from './stand-in.ts'
import { opensppKey, opensppServer, releases, type ReleaseName } from './subject.ts'

let site: OpensppStandIn
const opened: AdapterBench[] = []
beforeAll(async () => {
  site = await startOpenspp({ key: opensppKey })
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})
afterAll(() => site.stop())

async function open(name: ReleaseName, more: Readonly<Record<string, unknown>> = {}) {
  const settings = { ...releases[name].settings, ...more }
  const server = { ...opensppServer(site, name), settings }
  const one = await openBench(openspp, server)
  opened.push(one)
  return one
}

const ida: Fields = { firstName: 'Ida', lastName: 'Voß', gender: 'female' }

interface Saying {
  readonly refs?: Refs
  readonly remoteId?: string
  readonly recordId?: string
}

describe.each(Object.keys(releases) as ReleaseName[])('OpenSPP with the modules %s', (name) => {
  const isOlder = name === 'g2p'
  const membership = `${name}.group.membership`
  const identity = isOlder ? 'g2p.reg.id' : 'spp.registry.id'
  let bench: AdapterBench
  beforeEach(async () => {
    await site.reset()
    await opensppServer(site, name).letIn()
    bench = await open(name)
  })

  const changed = (
    action: 'create' | 'update' | 'delete',
    fields: Fields,
    { refs = {}, remoteId, recordId }: Saying = {},
  ) => {
    const place = { refs, remoteId: remoteId ?? null, parts: noParts }
    const change = changeOf(bench.binding('person'), action, fields, place)
    return recordId === undefined ? change : { ...change, recordId }
  }
  const send = (...changes: ReturnType<typeof changed>[]) => bench.send('person', changes)
  async function made(fields: Fields = ida, saying: Saying = {}, one = bench): Promise<string> {
    const [outcome] = await one.send('person', [changed('create', fields, saying)])
    if (outcome?.status !== 'done') throw outcome?.error ?? new Error('no outcome')
    return outcome.remoteId
  }
  const refused = async (change: ReturnType<typeof changed>) => errorOf((await send(change))[0])
  const people = (cursor: string | null = null, one = bench) =>
    one.connection.changes!('person', cursor, one.signal)
  const group = async () =>
    String(
      (await site.make('res.partner', [{ is_registrant: true, is_group: true, name: 'G' }]))[0],
    )
  const partner = async (id: string) =>
    (await site.registrants()).find((one) => String(one.id) === id)!

  it('makes many in one call, and nothing twice: the external id is ours', async () => {
    const changes = [1, 2, 3].map((n) => changed('create', { ...ida, lastName: `Voß ${n}` }))
    const first = await send(...changes)
    expect(await send(...changes)).toEqual(first)
    expect(await site.registrants()).toHaveLength(3)
    const calls = (await site.log()).filter(({ body, path }) => /load/.test(body + path))
    expect(calls).toHaveLength(2)
    expect(await partner(first[0]!.status === 'done' ? first[0]!.remoteId : '')).toMatchObject({
      ...{ name: 'VOSS 1, IDA', given_name: 'Ida', family_name: 'Voß 1' },
      ...{ is_registrant: true, is_group: false },
    })
  })

  it('refuses only the one that is at fault, in its words and without its trace', async () => {
    const future = { ...ida, dateOfBirth: '2999-01-01' }
    const outcomes = await send(
      changed('create', ida),
      changed('create', future),
      changed('create', ida),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done'])
    const words = { code: 'rejected', message: 'Birth date must not be in the future.' }
    expect(errorOf(outcomes[1])).toMatchObject(words)
    expect(await site.registrants()).toHaveLength(2)
    const remoteId = await made()
    expect(await refused(changed('update', future, { remoteId }))).toMatchObject(words)
    expect(bench.logged()).not.toContain('Traceback')
  })

  it('empties what is empty here, and keeps what it never knew', async () => {
    const remoteId = await made({ ...ida, email: 'ida@example.org', dateOfBirth: '1984-02-29' })
    await site.write('res.partner', Number(remoteId), { phone: '+491234' })
    await send(changed('update', { ...ida, phone: '+491234' }, { remoteId }))
    expect(await partner(remoteId)).toMatchObject({
      email: false,
      birthdate: false,
      phone: '+491234',
    })
  })

  it('writes only what changed: a name in three parts stays as it is there', async () => {
    const remoteId = await made()
    await site.write('res.partner', Number(remoteId), { name: 'VOSS, IDA MARIA' })
    const email = 'ida@example.org'
    await send({ ...changed('update', { ...ida, email }, { remoteId }), patch: { email } })
    expect(await partner(remoteId)).toMatchObject({ name: 'VOSS, IDA MARIA', email })
  })

  it('says gender by what the site calls it; another word of the site says nothing', async () => {
    const remoteId = await made()
    const field = isOlder ? 'gender' : 'gender_id'
    const female = (await partner(remoteId))[field]
    expect(isOlder ? female : typeof female).toBe(isOlder ? 'Female' : 'number')
    const fields = async () => {
      const { fromRemote } = bench.binding('person')
      return fromRemote!((await people()).records[0]!.body).fields
    }
    expect(await fields()).toMatchObject({ gender: 'female' })
    if (isOlder) return
    const codes = await site.rows('spp.vocabulary.code')
    const other = codes.find(({ code }) => code === '9')!.id
    await site.write('res.partner', Number(remoteId), { gender_id: other })
    expect((await fields())['gender']).toBeUndefined()
  })

  it('moves somebody to another group by ending a membership; other groups stay', async () => {
    const [first, second, third] = [await group(), await group(), await group()]
    const remoteId = await made(ida, { refs: { organisation: first } })
    await site.make(membership, [{ group: Number(third), individual: Number(remoteId) }])
    await send(changed('update', ida, { remoteId, refs: { organisation: second } }))
    const rows = await site.rows(membership)
    expect(rows.map((one) => [String(one['group']), one['ended_date'] === false])).toEqual([
      [first, false],
      [third, true],
      [second, true],
    ])
    expect(rows[0]!['ended_date']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    // The oldest that is left is the one that counts here.
    expect((await people()).records[0]?.body).toMatchObject({ group: Number(third) })
  })

  it('keeps one identity number of the chosen type', async () => {
    const remoteId = await made({ ...ida, identityNumber: '007' })
    const numbers = async () => (await site.rows(identity)).map(({ value }) => value)
    expect(await numbers()).toEqual(['007'])
    await send(changed('update', { ...ida, identityNumber: '008' }, { remoteId }))
    expect(await numbers()).toEqual(['008'])
    expect((await people()).records[0]?.body).toMatchObject({ identity: '008' })
    await send(changed('update', { ...ida, identityNumber: null }, { remoteId }))
    expect(await numbers()).toEqual([])
    const unknown = await open(name, { idType: 'Library card' })
    await expect(unknown.connection.probe(unknown.signal)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('Library card') as unknown,
    })
    bench = await open(name, { idType: '' })
    expect(await refused(changed('create', { ...ida, identityNumber: '009' }))).toMatchObject({
      code: 'config',
      message: expect.stringContaining('Give the type of identity number') as unknown,
    })
    expect(await send(changed('create', ida))).toMatchObject([{ status: 'done' }])
    expect((await people()).records[0]?.body).not.toHaveProperty('identity')
  })

  it.each(['disable', 'archive'] as const)('never deletes a registrant: %s', async (removal) => {
    bench = await open(name, { removal })
    const remoteId = await made()
    await send(changed('delete', {}, { remoteId }))
    const row = await partner(remoteId)
    if (removal === 'archive') expect(row).toMatchObject({ active: false, disabled: false })
    else expect(row).toMatchObject({ active: true, disabled_reason: 'Deleted in Marshal' })
    expect((await people()).records).toMatchObject([{ remoteId, deleted: true }])
    expect(JSON.stringify(await site.log())).not.toContain('unlink')
    expect(await send(changed('delete', {}, { remoteId: '999' }))).toMatchObject([
      { status: 'done' },
    ])
  })

  it('brings a deleted one back under the same external id', async () => {
    const recordId = '01890000-0000-7000-8000-00000000abcd'
    const remoteId = await made(ida, { recordId })
    await send(changed('delete', {}, { remoteId }))
    expect(await made(ida, { recordId })).toBe(remoteId)
    expect((await people()).records).toMatchObject([{ remoteId, deleted: false }])
  })

  it('receives registrants only, page by page in an order nobody moves', async () => {
    bench = await open(name, { pageSize: 2 })
    await site.make('res.partner', [{ name: 'A user of Odoo' }])
    const ids = []
    for (const n of [1, 2, 3]) ids.push(await made({ ...ida, lastName: `Voß ${n}` }))
    await group()
    const first = await people()
    const late = await made({ ...ida, lastName: 'Late' })
    await site.write('res.partner', Number(ids[2]), { email: 'new@example.org' })
    const second = await people(first.cursor)
    const all = [...first.records, ...second.records].map(({ remoteId }) => remoteId)
    expect(all).toEqual([...ids, late])
    expect((await people()).complete).toBe(false)
  })

  it('asks for news from a time on, with an overlap, and takes an idle write for none', async () => {
    const remoteId = await made()
    const { records, cursor } = await people()
    await site.write('res.partner', Number(remoteId), {})
    const again = await people(cursor)
    expect(again.records).toMatchObject([{ remoteId, version: records[0]!.version }])
    const asked = (await site.log()).findLast(({ body }) => body.includes('write_date",">="'))!
    const since = /"write_date",">=","([^"]+)"/.exec(asked.body)![1]!
    const age = Date.now() - Date.parse(`${since.replace(' ', 'T')}Z`)
    expect(age).toBeGreaterThanOrEqual(599_000)
    expect(age).toBeLessThan(700_000)
    // Written in the same second, and found by "from a time on" in either release.
    const second = Math.floor(Date.now() / 1000) * 1000
    await site.rowClock(second)
    const [early, late] = [await made(), await made()]
    const news = await people(JSON.stringify({ ...JSON.parse(cursor!), since: new Date(second) }))
    expect(news.records.map((one) => one.remoteId)).toEqual(expect.arrayContaining([early, late]))
  })

  it('counts nobody as deleted where the user may not see everybody', async () => {
    await made()
    expect((await people()).complete).toBe(true)
    expect((await people(null, await open(name, { wholeRegistry: false }))).complete).toBe(false)
  })

  it('finds one by its id', async () => {
    const remoteId = await made({ ...ida, identityNumber: '007' })
    const fetch = (id: string) => bench.connection.fetch!('person', id, bench.signal)
    expect(await fetch(remoteId)).toMatchObject({ remoteId, body: { identity: '007' } })
    expect(await fetch('999')).toBeNull()
  })

  it('waits where the database gives up a write because of another one', async () => {
    const remoteId = await made()
    await site.turn({ collisions: 1 })
    expect(await refused(changed('update', ida, { remoteId }))).toMatchObject({ code: 'server' })
    expect(await send(changed('update', ida, { remoteId }))).toMatchObject([{ status: 'done' }])
  })

  it('says of somebody who is gone that she is', async () => {
    expect(await refused(changed('update', ida, { remoteId: '999' }))).toMatchObject({
      code: 'gone',
    })
  })

  it('names a key that is refused, a database, modules and an interface that are not there', async () => {
    const probe = async (more: Readonly<Record<string, unknown>>) => {
      const one = await open(name, more)
      return one.connection.probe(one.signal).catch((error: unknown) => error)
    }
    expect(await probe({})).toBeUndefined()
    expect(await probe({ database: 'another' })).toMatchObject({ code: 'config' })
    expect(await probe({ modules: isOlder ? 'spp' : 'g2p' })).toMatchObject({
      code: 'config',
      message: expect.stringContaining('Check database, modules and interface') as unknown,
    })
    if (isOlder) expect(await probe({ interface: 'json-2' })).toMatchObject({ code: 'config' })
    await site.setKey('another-key')
    expect(await probe({})).toMatchObject({ code: 'auth' })
    await expect(people()).rejects.toMatchObject({ code: 'auth' })
  })
})

describe('JSON-RPC', () => {
  let bench: AdapterBench
  beforeEach(async () => {
    await site.reset()
    await site.setKey(opensppKey)
    bench = await open('g2p')
  })
  const probe = () => bench.connection.probe(bench.signal)
  const answers = (body: unknown) => site.fault({ action: { kind: 'answer', status: 200, body } })

  it('signs in once for a connection, and wants a database and a login', async () => {
    await probe()
    await probe()
    const log = (await site.log()).filter(({ body }) => body.includes('authenticate'))
    expect(log).toHaveLength(1)
    await expect(open('g2p', { login: '' })).rejects.toMatchObject({ code: 'config' })
  })

  it('that is switched off is no address that is wrong', async () => {
    await site.turn({ rpcOff: true })
    await expect(probe()).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('may be switched off') as unknown,
    })
  })

  it('that answers neither a result nor an error has done it, where nothing is answered', async () => {
    const [id] = await site.make('res.partner', [{ is_registrant: true, family_name: 'A' }])
    await probe()
    await site.fault({
      match: { bodyContains: '"write"' },
      action: { kind: 'answer', status: 200, body: { jsonrpc: '2.0', id: 1 } },
    })
    const change = changeOf(bench.binding('person'), 'delete', {}, { remoteId: String(id) })
    expect(await bench.send('person', [change])).toMatchObject([{ status: 'done' }])
    await answers({ jsonrpc: '2.0', id: 1 })
    await expect(bench.connection.changes!('person', null, bench.signal)).rejects.toMatchObject({
      code: 'bad-response',
    })
  })

  it.each([
    [{ code: 100, message: 'Odoo Session Expired' }, 'auth'],
    [{ code: 200, data: { name: 'odoo.exceptions.AccessError', message: 'No' } }, 'auth'],
    [{ code: 0, data: { name: 'odoo.exceptions.UserError', message: 'No' } }, 'rejected'],
    [{ code: 0, data: { name: 'builtins.KeyError', message: 'x' } }, 'config'],
    [{ code: 0, data: { name: 'psycopg2.OperationalError', message: 'busy' } }, 'server'],
    [{ code: 200, data: { name: 'odoo.tools.Something', message: 'x' } }, 'server'],
  ] as const)('with 200 and %o is %s', async (error, code) => {
    await answers({ jsonrpc: '2.0', id: 1, error })
    await expect(probe()).rejects.toMatchObject({ code })
  })
})
