/** OpenSPP in the hands of the engine: both ways, and nothing twice. */
import { expect, it } from 'vitest'
import { startTestEngine } from '../../support/test-engine.ts'
import { opensppTarget } from './target.ts'

it('sends a club and its member, takes in who is there, follows a change of either side, and is silent then', async () => {
  const marshal = await startTestEngine({ target: opensppTarget })
  const { server, client } = marshal
  const [known] = await server.make('res.partner', [
    { is_registrant: true, name: 'NKOSI, CHIDI', given_name: 'Chidi', family_name: 'Nkosi' },
  ])
  const club = await marshal.set('organisation', { name: 'TSV' })
  const ana = await marshal.set('person', {
    ...{ firstName: 'Ana', lastName: 'Silva', organisation: club.id, gender: 'female' },
  })
  const rehearsal = await client.sync.rehearse({ name: 'timing', limit: 50 })
  expect(rehearsal.lines.map(({ entity, action }) => `${action} ${entity}`)).toEqual(
    expect.arrayContaining(['create organisation', 'create person']),
  )
  expect(await server.registrants()).toHaveLength(1)

  expect(await marshal.sync()).toMatchObject({ inbound: { created: 1 }, outbound: { created: 2 } })
  const list = async () => (await client.records.list({ entity: 'person' })).records
  expect((await list()).map(({ firstName }) => firstName).toSorted()).toEqual(['Ana', 'Chidi'])
  const group = (await server.registrants()).find((one) => one['is_group'])!
  expect(await server.rows('g2p.group.membership')).toMatchObject([{ group: group.id }])

  await server.write('res.partner', known!, { family_name: 'Dlamini' })
  await marshal.set('person', { lastName: 'Costa', organisation: null }, ana.id)
  await marshal.sync()
  expect((await list()).map(({ lastName }) => lastName).toSorted()).toEqual(['Costa', 'Dlamini'])
  expect((await server.registrants()).map(({ name }) => name)).toContain('COSTA, ANA')
  expect((await server.rows('g2p.group.membership'))[0]!['ended_date']).not.toBe(false)

  for (let run = 0; run < 2; run++) {
    expect(await marshal.sync()).toMatchObject({
      inbound: { created: 0, updated: 0, conflicts: 0 },
      outbound: { created: 0, updated: 0, deleted: 0 },
    })
  }
  expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
    inbound: { deleted: 0 },
    outbound: { created: 0, updated: 0, deleted: 0 },
  })
  await marshal.remove('person', ana.id)
  await marshal.sync()
  const gone = (await server.registrants()).find((one) => one['given_name'] === 'Ana')
  expect(gone).toMatchObject({ active: true, disabled_reason: 'Deleted in Marshal' })
})

it('sends an identity number where it is ticked and has a type, and not otherwise', async () => {
  const settings = { ...opensppTarget.settings, idType: 'National ID' }
  const marshal = await startTestEngine({ target: opensppTarget, config: { settings } })
  const numbers = async () => (await marshal.server.rows('g2p.reg.id')).map(({ value }) => value)
  await marshal.set('person', { firstName: 'Ana', lastName: 'Silva', identityNumber: '007' })
  await marshal.sync()
  expect(await marshal.server.registrants()).toHaveLength(1)
  expect(await numbers()).toEqual([])
  await marshal.client.targets.test({ name: 'timing' })
  const asked = JSON.stringify(await marshal.server.log())
  expect(['g2p.reg.id', 'g2p.id.type'].filter((model) => asked.includes(model))).toEqual([])
  const sensitive = ['person.identityNumber']
  await marshal.client.targets.update({ name: 'timing', changes: { sensitive } })
  await marshal.sync()
  await marshal.sync()
  expect(await numbers()).toEqual(['007'])
})
