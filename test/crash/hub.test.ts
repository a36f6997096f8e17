/** A desk that is killed while it and its hub tell each other what events define. */
import { expect, it } from 'vitest'
import { secretsInMemory } from '../support/test-core.ts'
import {
  entrant,
  joinHub,
  openHub,
  openLaptop,
  read,
  set,
  sync,
  type Laptop,
} from '../support/hub-and-desks.ts'
import { ended, startProcess } from './killed-engine.ts'
import { definePoints } from './probe-points.ts'

const labels = async ({ client }: Laptop) =>
  (await client.ownFields.list({})).map(({ label }) => label).toSorted()

it.each(definePoints.flatMap((point) => [1, 2].map((time) => [point, time] as const)))(
  'killed at %s, time %i, both sides have what either defined, and what was typed',
  async (point, time) => {
    const hub = await openHub()
    const event = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
    const { id } = await entrant(hub.laptop, event, 'Huber', '1')
    const desk = await joinHub(hub, 'Desk 1')
    const rules = await desk.client.desk.rules({ eventId: event })
    await hub.laptop.client.ownFields.add({ eventId: event, label: 'Diet' })
    await set(hub.laptop, 'eventParticipant', { own_diet: 'Vegan' }, id)
    await desk.client.ownFields.add({ eventId: event, label: 'Hotel' })
    await set(desk, 'eventParticipant', { own_hotel: 'Ritz' }, id)
    await desk.client.desk.setRules({ eventId: event, rules: { ...rules, waiver: 'refuse' } })
    const hubKey = (await desk.ports.secrets.get('hub', 'token'))!
    await desk.engine.stop()

    const { dataDir } = desk
    const child = startProcess({ dataDir, action: 'sync', point, time, hubKey })
    expect(await ended(child), `killed at ${point}, time ${time}`).toBe(true)

    const secrets = secretsInMemory()
    await secrets.set('hub', 'token', hubKey)
    const again = await openLaptop(false, dataDir, secrets)
    await sync(again)
    expect((await sync(again)).outbound).toMatchObject({ created: 0, updated: 0 })
    for (const laptop of [hub.laptop, again]) {
      expect(await labels(laptop)).toEqual(['Diet', 'Hotel'])
      expect(await laptop.client.desk.rules({ eventId: event })).toMatchObject({
        waiver: 'refuse',
      })
      expect(await read(laptop, id)).toMatchObject({ own_diet: 'Vegan', own_hotel: 'Ritz' })
    }
  },
)
