/** Own fields of an event and a target: nothing travels unless the mapping gives it a place; then it merges like any field. */
import { describe, expect, it } from 'vitest'
import { at, start, type Marshal } from '../targets/mock-sync-server/at-mock-sync.ts'

async function withEntrant(marshal: Marshal) {
  const event = await marshal.set('event', { name: 'Spring Classic' })
  for (const [label, sensitive] of [
    ['Hotel', false],
    ['Bus', false],
    ['Diet', true],
  ] as const)
    await marshal.client.ownFields.add({ eventId: event.id, label, sensitive })
  const person = await marshal.set('person', { firstName: 'Ana', lastName: 'Kip' })
  const own = { own_hotel: 'Ritz', own_bus: 'North', ownSensitive_diet: 'Nuts' }
  return marshal.set('eventParticipant', { event: event.id, person: person.id, ...own })
}
const there = async ({ server }: Marshal, id: string) =>
  (await server.records()).find((record) => record.id === id)!
const here = async ({ client }: Marshal, id: string) =>
  client.records.get({ entity: 'eventParticipant', id })

const mapped = (...names: readonly string[]) => ({
  mapping: names.map((name) => ({ ours: `eventParticipant.${name}`, theirs: `extra.${name}` })),
})

it('stays here unless it is mapped, and a sensitive one unless it is ticked too', async () => {
  const marshal = await start()
  const { id } = await withEntrant(marshal)
  await marshal.sync()
  const sent = JSON.stringify(await marshal.server.log())
  expect(sent).toContain(id)
  expect(sent).not.toMatch(/Ritz|North|Nuts|own_/)

  const changes = mapped('own_hotel', 'ownSensitive_diet')
  const { client } = marshal
  const view = await client.targets.update({ name: 'timing', changes })
  expect(view.sensitiveLeftOut).toContain('eventParticipant.ownSensitive_diet')
  await marshal.sync()
  expect(await there(marshal, id)).toMatchObject({ extra: { own_hotel: 'Ritz' } })
  expect(JSON.stringify(await marshal.server.log())).not.toMatch(/North|Nuts/)
  const sensitive = ['eventParticipant.ownSensitive_diet']
  await client.targets.update({ name: 'timing', changes: { sensitive } })
  await marshal.sync()
  expect(await there(marshal, id)).toMatchObject({
    extra: { own_hotel: 'Ritz', ownSensitive_diet: 'Nuts' },
  })
})

it('merges field by field, and a conflict is about that field alone', async () => {
  const marshal = await start({
    config: { conflicts: 'merge-fields', ...mapped('own_hotel', 'own_bus') },
  })
  const { client, server } = marshal
  const { id } = await withEntrant(marshal)
  await marshal.sync()
  await marshal.sync()
  await marshal.set('eventParticipant', { own_hotel: 'Savoy' }, id)
  const put = async (extra: object, seconds: number) =>
    server.put([{ ...(await there(marshal, id)), extra, timestamp: at(seconds) }])
  await put({ own_hotel: 'Ritz', own_bus: 'South' }, 60)
  await marshal.sync()
  expect(await here(marshal, id)).toMatchObject({ own_hotel: 'Savoy', own_bus: 'South' })
  expect(await there(marshal, id)).toMatchObject({
    extra: { own_hotel: 'Savoy', own_bus: 'South' },
  })

  await marshal.set('eventParticipant', { own_hotel: 'Astoria' }, id)
  await put({ own_hotel: 'Excelsior', own_bus: 'South' }, 120)
  await marshal.sync()
  const { conflicts } = await client.conflicts.list({})
  expect(conflicts).toMatchObject([
    { fields: [{ field: 'own_hotel', base: 'Savoy', ours: 'Astoria', theirs: 'Excelsior' }] },
  ])
})

describe('a field that is given a place', () => {
  const standard = (place: string) => ({
    mapping: [
      { ours: 'eventParticipant.own_hotel', theirs: 'hotel' },
      { ours: 'eventParticipant.notes', theirs: place },
    ],
  })

  it('takes over what the target has there, where it is empty here', async () => {
    const marshal = await start({ config: { conflicts: 'merge-fields' } })
    const { client, server } = marshal
    const { id } = await withEntrant(marshal)
    await marshal.set('eventParticipant', { own_hotel: null, notes: 'late' }, id)
    for (let run = 0; run < 2; run++) await marshal.sync()
    const other = { hotel: 'Savoy', own_bus: 'South', remark: 'vegan' }
    await server.put([{ ...(await there(marshal, id)), ...other, timestamp: at(0) }])
    await marshal.sync()
    expect(await here(marshal, id)).toMatchObject({ own_bus: 'North', notes: 'late' })

    await client.targets.update({ name: 'timing', changes: standard('memo') })
    for (let run = 0; run < 2; run++) await marshal.sync()
    expect(await here(marshal, id)).toMatchObject({ own_hotel: 'Savoy', notes: 'late' })
    expect(await there(marshal, id)).toMatchObject({ ...other, memo: 'late' })
    await marshal.set('eventParticipant', { notes: null }, id)
    await marshal.sync()
    await client.targets.update({ name: 'timing', changes: standard('remark') })
    for (let run = 0; run < 2; run++) await marshal.sync()
    expect(await here(marshal, id)).toMatchObject({ own_hotel: 'Savoy', notes: 'vegan' })
  })

  it('is not said to a target that is only sent to, as long as nobody filled it here', async () => {
    const marshal = await start({ config: { direction: 'outbound' } })
    const { client, server } = marshal
    const { id } = await withEntrant(marshal)
    await marshal.set('eventParticipant', { own_hotel: null, own_bus: null }, id)
    await marshal.sync()
    const extra = { own_hotel: 'Savoy' }
    await server.put([{ ...(await there(marshal, id)), extra, timestamp: at(0) }])
    await client.targets.update({ name: 'timing', changes: mapped('own_hotel') })
    await marshal.sync()
    await marshal.set('eventParticipant', { shirt: 'M' }, id)
    await marshal.sync()
    expect(await there(marshal, id)).toMatchObject({ shirt: 'M', extra })
    await marshal.set('eventParticipant', { own_hotel: 'Ritz' }, id)
    await marshal.sync()
    await marshal.set('eventParticipant', { own_hotel: null }, id)
    await marshal.sync()
    expect(await there(marshal, id)).toMatchObject({ extra: { own_hotel: null } })
  })
})
