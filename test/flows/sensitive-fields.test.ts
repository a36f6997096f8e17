/** Sensitive fields travel only where a person ticked them, neither way otherwise, and what is there is never cleared. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import type { TestTarget } from '../support/test-target.ts'
import { httpTarget } from '../targets/http/target.ts'
import { planningCenterTarget } from '../targets/planning-center/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'
import { startAtTagServer, tagserverTarget } from '../targets/tagserver/target.ts'
import { emsTarget } from '../targets/ems/target.ts'

const canary = {
  medicalConditions: 'kanarienvogel-med',
  emergencyContactName: 'kanarienvogel-kin',
  emergencyContactNumber: '+27820000042',
  identityNumber: 'KANARIENVOGEL-ID',
} as const
const traces = ['kanarienvogel-med', 'kanarienvogel-kin', '820000042', 'KANARIENVOGEL-ID']
const all = Object.keys(canary).map((name) => `person.${name}`)

const persons = async ({ client }: Pick<TestEngine, 'client'>) =>
  (await client.records.list({ entity: 'person' as EntityName, limit: 100 })).records

/** Everything that reached the server, addresses included. */
async function traffic(server: Pick<StandInProcess, 'log'>): Promise<string> {
  return JSON.stringify(await server.log())
}

async function expectNoTrace(server: Pick<StandInProcess, 'log'>): Promise<void> {
  const sent = await traffic(server)
  expect(traces.filter((trace) => sent.includes(trace))).toEqual([])
}

async function withEntrant(marshal: TestEngine) {
  const ida = await marshal.set('person', { firstName: 'Ida', lastName: 'Voss', ...canary })
  const event = await marshal.set('event', {
    name: 'Spring Classic',
    startDateTime: '2026-05-03T05:00:00Z',
  })
  await marshal.set('eventParticipant', { event: event.id, person: ida.id })
  return ida
}

const targets: readonly TestTarget[] = [tagserverTarget, emsTarget, mockSyncTarget]

describe.each(targets)('a target like $adapter', (target) => {
  const config = target === emsTarget ? { mode: 'mirror' } : {}

  it('never hears of a sensitive field that is not ticked, whatever happens', async () => {
    const marshal = await startTestEngine({ target, config })
    const { client } = marshal
    const ida = await withEntrant(marshal)
    await marshal.server.fault({ action: { kind: 'cut-after-write' }, times: 1 })
    for (const run of [{}, {}, { kind: 'reconcile' as const }]) await marshal.sync(run)
    await marshal.set(
      'person',
      { lastName: 'Lind', medicalConditions: 'kanarienvogel-med' },
      ida.id,
    )
    await marshal.sync()
    await marshal.sync({ force: true })
    const report = await client.sync.rehearse({ name: 'timing' })
    const shown = JSON.stringify(report)
    expect(traces.filter((trace) => shown.includes(trace))).toEqual([])
    expect(report.sensitive.travels).toEqual([])
    expect(report.sensitive.leftOut).toContain('person.identityNumber')
    if (target !== tagserverTarget) {
      const compared = JSON.stringify(await client.sync.compare({ name: 'timing' }))
      expect(traces.filter((trace) => compared.includes(trace))).toEqual([])
    }
    await marshal.remove('eventParticipant', (await first(marshal, 'eventParticipant')).id)
    await marshal.sync()
    await expectNoTrace(marshal.server)
  })

  it('gets one that is ticked, once, and unticking sends nothing', async () => {
    const marshal = await startTestEngine({ target, config })
    const { client } = marshal
    await withEntrant(marshal)
    await marshal.set('person', { firstName: 'Ben', lastName: 'Okafor' })
    for (let run = 0; run < 4; run++) await marshal.sync()
    await client.targets.update({
      name: 'timing',
      changes: { sensitive: ['person.identityNumber'] },
    })
    const report = await client.sync.rehearse({ name: 'timing' })
    expect(report.sensitive.travels).toEqual(['person.identityNumber'])
    await marshal.sync()
    const sent = await traffic(marshal.server)
    expect(traces.filter((trace) => sent.includes(trace))).toEqual(['KANARIENVOGEL-ID'])
    const quiet = { outbound: { created: 0, updated: 0, failed: 0 } }
    for (let run = 0; run < 2; run++) expect(await marshal.sync()).toMatchObject(quiet)
    await client.targets.update({ name: 'timing', changes: { sensitive: [] } })
    for (let run = 0; run < 2; run++) expect(await marshal.sync()).toMatchObject(quiet)
    expect((await marshal.status()).pending).toBe(0)
  })
})

async function first(marshal: Pick<TestEngine, 'client'>, entity: EntityName) {
  return (await marshal.client.records.list({ entity, limit: 1 })).records[0]!
}

describe('what does not travel', () => {
  it('is kept by TagServer, where a replacement clears what it leaves out', async () => {
    const marshal = await startAtTagServer({ config: { sensitive: ['person.identityNumber'] } })
    const ida = await marshal.set('person', { lastName: 'Voss', identityNumber: 'ID-1' })
    await marshal.sync()
    await marshal.client.targets.update({ name: 'timing', changes: { sensitive: [] } })
    await marshal.set('person', { lastName: 'Lind', identityNumber: 'KANARIENVOGEL-ID' }, ida.id)
    await marshal.sync()
    expect(await marshal.server.dump('people')).toMatchObject([
      { lastName: 'Lind', identityNumber: 'ID-1' },
    ])
    await expectNoTrace(marshal.server)
  })

  it('is cleared there once it is ticked, known there and emptied here', async () => {
    const marshal = await startAtTagServer({ config: { sensitive: ['person.identityNumber'] } })
    const ida = await marshal.set('person', { lastName: 'Voss', identityNumber: 'ID-1' })
    await marshal.sync()
    await marshal.set('person', { identityNumber: null }, ida.id)
    await marshal.sync()
    expect(await marshal.server.dump('people')).toMatchObject([{ identityNumber: null }])
  })

  it.each([
    ['as it is here', [], 'ours'],
    ['as it is there, once it is ticked', ['person.medicalConditions'], 'theirs'],
  ])('is not taken from a listing: %s', async (_, sensitive, expected) => {
    const marshal = await startTestEngine({
      target: emsTarget,
      config: { mode: 'mirror', sensitive },
    })
    const country = (await marshal.server.dump('countries'))[0]!
    const [id] = await marshal.server.load('people', [
      {
        firstName: 'Ida',
        lastName: 'Voss',
        email: 'ida@example.org',
        identityCountry: { id: country.id },
        medicalConditions: 'theirs',
      },
    ])
    await marshal.set('person', {
      firstName: 'Ida',
      lastName: 'Voss',
      email: 'ida@example.org',
      ...(expected === 'ours' ? { medicalConditions: 'ours' } : {}),
    })
    for (let run = 0; run < 3; run++) await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ medicalConditions: expected }])
    await marshal.server.amend('people', id!, { phone: '+27821234567' })
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([
      { medicalConditions: expected, phone: '+27821234567' },
    ])
    expect(await marshal.server.dump('people')).toMatchObject([{ medicalConditions: 'theirs' }])
  })

  it('is looked at there before ours is sent, when it is ticked later', async () => {
    const marshal = await startTestEngine({ target: emsTarget, config: { mode: 'mirror' } })
    const country = (await marshal.server.dump('countries'))[0]!
    await marshal.server.load('people', [
      {
        lastName: 'Voss',
        email: 'ida@example.org',
        identityCountry: { id: country.id },
        medicalConditions: 'theirs',
      },
    ])
    for (let run = 0; run < 3; run++) await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ medicalConditions: null }])
    await marshal.client.targets.update({
      name: 'timing',
      changes: { sensitive: ['person.medicalConditions'] },
    })
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ medicalConditions: 'theirs' }])
    expect(await marshal.server.dump('people')).toMatchObject([{ medicalConditions: 'theirs' }])
  })
})

describe('a field the mapping gives a place', () => {
  it('needs its tick all the same', async () => {
    const mapping = [{ ours: 'person.medicalConditions', theirs: 'remarks' }]
    const marshal = await startAtTagServer({ config: { mapping } })
    await withEntrant(marshal)
    await marshal.sync()
    await expectNoTrace(marshal.server)
    const sensitive = ['person.medicalConditions']
    await marshal.client.targets.update({ name: 'timing', changes: { sensitive } })
    await marshal.sync()
    expect(await traffic(marshal.server)).toContain('kanarienvogel-med')
  })
})

describe('ticks in the configuration', () => {
  it('are exported, and refused in words where they mean nothing', async () => {
    const marshal = await startAtTagServer({ config: { sensitive: ['person.identityNumber'] } })
    const { client } = marshal
    expect(await client.targets.export({ name: 'timing' })).toMatchObject({
      sensitive: ['person.identityNumber'],
    })
    for (const field of [
      ...all.filter((one) => !one.endsWith('identityNumber')),
      'person.city',
      'x',
    ]) {
      await expect(
        client.targets.update({ name: 'timing', changes: { sensitive: [field] } }),
      ).rejects.toThrow(/cannot be ticked for TagServer/)
    }
    expect(await client.targets.get({ name: 'timing' })).toMatchObject({
      sensitiveKept: false,
      sensitiveLeftOut: [],
    })
  })
})

/** Whether a text is in any file of the data folder: also what was staged for a moment is in the journal. */
async function isStored({ dataDir }: Pick<TestEngine, 'dataDir'>, text: string): Promise<boolean> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith('marshal.db'))
  const files = await Promise.all(names.map((name) => readFile(join(dataDir, name))))
  return files.some((bytes) => bytes.includes(text))
}

describe('what a target says of a field that is not ticked', () => {
  const ticked = ['person.medicalConditions']

  it.each([
    [[], false],
    [ticked, true],
  ])(
    'is kept nowhere, not even on its way in: Planning Center, ticked %j',
    async (sensitive, is) => {
      const target = planningCenterTarget
      const marshal = await startTestEngine({ target, config: { mode: 'mirror', sensitive } })
      await marshal.server.load([
        { first_name: 'Ida', last_name: 'Voss', medical_notes: canary.medicalConditions },
      ])
      await marshal.sync()
      expect(await persons(marshal)).toMatchObject([{ lastName: 'Voss' }])
      expect(await isStored(marshal, canary.medicalConditions)).toBe(is)
    },
  )

  it.each([
    [[], false],
    [ticked, true],
  ])('is kept nowhere where a mapping puts it: ticked %j', async (sensitive, is) => {
    const marshal = await startTestEngine({
      target: httpTarget,
      config: {
        ...{ mode: 'mirror', sensitive },
        mapping: [{ ours: 'person.medicalConditions', theirs: 'health.notes' }],
      },
    })
    await marshal.server.load('people', [
      { id: 1, firstName: 'Ida', lastName: 'Voss', health: { notes: canary.medicalConditions } },
    ])
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ lastName: 'Voss' }])
    expect(await isStored(marshal, canary.medicalConditions)).toBe(is)
  })
})
