import { expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import { at, start, type Marshal } from '../targets/mock-sync-server/at-mock-sync.ts'

const remote = (
  entity: EntityName,
  id: string,
  fields: Readonly<Record<string, unknown>>,
): MockSyncRecord => ({ id, entity, timestamp: at(-600), ...fields })

/** Remote id → id here. */
async function linked({ client }: Marshal, entity: EntityName): Promise<Record<string, string>> {
  const { records } = await client.records.list({ entity })
  return Object.fromEntries(
    records.flatMap(({ id, targets }) => {
      const remoteId = targets['timing']?.remoteId
      return remoteId ? [[remoteId, id]] : []
    }),
  )
}

it('takes the race, start group and club of a target for those that look the same to a runner', async () => {
  const marshal = await start({ config: { mode: 'mirror' } })
  const event = await marshal.set('event', { name: 'Spring' })
  const race = await marshal.set('race', { event: event.id, name: '10 km Läufe' })
  const group = await marshal.set('startGroup', { race: race.id, name: 'Wave 1' })
  const club = await marshal.set('organisation', { name: 'Club Río' })
  await marshal.server.put([
    remote('event', 'e', { name: 'Spring' }),
    remote('race', 'r', { event: 'e', name: '10KM LAUFE' }),
    remote('race', 'r2', { event: 'e', name: '10 km+ Läufe' }),
    remote('startGroup', 'g', { race: 'r', name: 'WAVE  1' }),
    remote('organisation', 'c', { name: 'CLUB RIO' }),
  ])
  await marshal.sync()
  await marshal.sync()
  expect(await linked(marshal, 'race')).toMatchObject({ r: race.id })
  expect(await linked(marshal, 'startGroup')).toEqual({ g: group.id })
  expect(await linked(marshal, 'organisation')).toEqual({ c: club.id })
  expect((await marshal.client.records.list({ entity: 'race' })).records).toHaveLength(2)
  expect((await marshal.client.matches.list({})).total).toBe(0)
})

it('takes the one that is written the same where two look the same', async () => {
  const marshal = await start({ config: { mode: 'mirror' } })
  const small = await marshal.set('organisation', { name: 'harriers' })
  const large = await marshal.set('organisation', { name: 'HARRIERS' })
  await marshal.server.put([
    remote('organisation', 'a', { name: 'HARRIERS' }),
    remote('organisation', 'b', { name: 'harriers' }),
  ])
  await marshal.sync()
  expect(await linked(marshal, 'organisation')).toEqual({ a: large.id, b: small.id })
})

it('what was listed before is found by the name as runners see it when it is typed later', async () => {
  const marshal = await start({ config: { mode: 'master-leads' } })
  await marshal.server.put([remote('organisation', 'c', { name: 'CLUB RIO' })])
  await marshal.sync()
  const club = await marshal.set('organisation', { name: 'Club Río' })
  await marshal.sync()
  expect(await linked(marshal, 'organisation')).toEqual({ c: club.id })
  expect(await marshal.server.records()).toHaveLength(1)
})
