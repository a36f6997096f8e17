/** Own fields of an event and a target: nothing travels unless the mapping gives it a place; then it merges like any field. */
import { expect, it } from 'vitest'
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
