import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rpcClient, startEdgeSite, type EdgeSite } from '../support/edge-site.ts'

let site: EdgeSite
let eventId: string
let entrantId: string
const pin = '2468'
beforeAll(async () => {
  site = await startEdgeSite()
  const staff = rpcClient(site.server.url)
  const { id } = await staff.records.set({ entity: 'event', fields: { name: 'Spring Classic' } })
  eventId = id
  const added = await staff.desk.walkUp({ eventId, firstName: 'Ana', lastName: 'Kip' })
  entrantId = added.entrant!.id
  const volunteer = { id: 'v', name: 'Volunteer', race: null, shows: [] }
  await staff.desk.setModes({ eventId, modes: [{ ...volunteer, actions: ['checkIn'] }] })
  await staff.desk.setPin({ pin })
})
afterAll(() => site.close())

async function browser() {
  const session = await site.people.exchange(site.people.newOneTimeToken(), 'Firefox')
  return rpcClient(site.server.url, session!)
}
const refused = { data: { message: expect.stringContaining('locked to Volunteer') } }

describe('a browser locked to a desk mode', () => {
  it('is refused in words what the mode does not allow, until it is let go with the PIN', async () => {
    const [tablet, office] = [await browser(), await browser()]
    expect(await tablet.desk.lock({ eventId, modeId: 'v', pin })).toMatchObject({ right: true })
    expect((await tablet.desk.locked()).lock?.mode.name).toBe('Volunteer')
    for (const attempt of [
      () => tablet.records.list({ entity: 'person' }),
      () => tablet.desk.change({ id: entrantId, bib: '12' }),
      () => tablet.desk.setPin({ pin: '1111' }),
      () => tablet.imports.export({ entity: 'person' }),
      () => tablet.settings.set({ deviceName: 'Renamed' }),
    ])
      await expect(attempt()).rejects.toMatchObject(refused)
    expect(await tablet.desk.checkIn({ id: entrantId })).toMatchObject({ outcome: 'ok' })
    // Another browser of the same service is another desk.
    await office.desk.change({ id: entrantId, bib: '12' })
    expect(await tablet.desk.unlock({ pin: '1111' })).toMatchObject({ right: false })
    expect(await tablet.desk.unlock({ pin })).toMatchObject({ right: true })
    await tablet.desk.change({ id: entrantId, bib: '13' })
    expect((await tablet.desk.entrant({ id: entrantId })).bib).toBe('13')
  })
})
