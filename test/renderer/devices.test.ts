/** Two laptops, each with its window: one becomes the hub, the other its desk. */
import reader from 'jsqr'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDevices } from '../../main/hosts/edge/hub/devices.ts'
import { looks, startWindowSite, type WindowSite } from '../support/window.ts'
import { outOfSight } from './out-of-sight.ts'
import { startList } from './start-list.ts'

let hub: WindowSite
let desk: WindowSite
beforeAll(async () => {
  ;[hub, desk] = await Promise.all([
    startWindowSite({ schedule: true }),
    startWindowSite({ schedule: true }),
  ])
  await hub.importEntrants(startList)
})
afterAll(() => Promise.all([hub.close(), desk.close()]))

/** What a camera reads in a code on the screen. */
async function scanned(page: Page, code: Locator): Promise<string | undefined> {
  const picture = await code.screenshot()
  const { data, width, height } = await page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.codePointAt(0) ?? 0)
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')!
    context.drawImage(image, 0, 0)
    const pixels = context.getImageData(0, 0, image.width, image.height)
    return { data: [...pixels.data], width: image.width, height: image.height }
  }, picture.toString('base64'))
  return reader.default(Uint8ClampedArray.from(data), width, height)?.data
}

describe('The Devices page', () => {
  it('makes one laptop the hub and another its desk in three actions; each sees the other come, go and be revoked', async () => {
    const office = await hub.open({ at: '/devices' })
    const { page } = office
    await page.getByRole('heading', { name: 'This laptop works alone' }).waitFor()
    expect(await page.getByTitle('Laptops of this event').count()).toBe(0)
    await office.picture('devices-alone')
    await page.getByRole('button', { name: 'Let desks in' }).click()
    await page.getByRole('heading', { name: 'This laptop is the hub' }).waitFor()
    await page.getByTitle('Laptops of this event').getByText('Hub without desks').waitFor()
    await page.getByRole('button', { name: 'Invite a desk' }).click()
    const dialog = page.getByRole('dialog', { name: 'Invite a desk' })
    await dialog.getByRole('timer').getByText('Good once, for').waitFor()
    const line = (await dialog.locator('code').textContent()) ?? ''
    expect(await scanned(page, dialog.getByRole('img'))).toBe(line)
    await office.picture('devices-invite')
    expect(await office.axe()).toEqual([])

    const table = await desk.open({ at: '/devices' })
    // As a scanner types it: the line, and Enter goes to what is missing.
    const invitation = table.page.getByLabel('Invitation')
    await invitation.fill(line)
    await table.page.getByText(/^Hub at 127\.0\.0\.1:\d+, code /).waitFor()
    await invitation.press('Enter')
    const name = table.page.getByLabel('Name of this desk').and(table.page.locator(':focus'))
    await name.fill('Desk 1')
    await name.press('Enter')
    await table.page.getByRole('heading', { name: 'This laptop is a desk' }).waitFor()
    await table.page.getByTitle('Laptops of this event').getByText('Hub answers').waitFor()
    const entrants = async () => {
      const { records } = await desk.engine.client.status.get()
      return records['eventParticipant']
    }
    const all = (await hub.engine.client.status.get()).records['eventParticipant']
    await expect.poll(entrants).toBe(all)
    await table.picture('devices-desk')

    await dialog.getByText('Desk 1 has joined.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('row', { name: /Desk 1.*Here.*Nothing.*Right/ }).waitFor()
    await page.getByTitle('Laptops of this event').getByText('Hub with one desk').waitFor()
    await office.picture('devices-hub')

    // The hub goes home for a while.
    await page.getByRole('button', { name: 'Let no desks in' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Let no desks in' }).click()
    await page.getByRole('heading', { name: /is a hub, and lets no desks in now/ }).waitFor()
    await table.page
      .getByTitle('Laptops of this event')
      .getByText(/^Working alone since /)
      .waitFor()
    const [event] = await desk.engine.client.desk.events()
    await desk.engine.client.records.set({
      ...{ entity: 'event', id: event!.id, fields: { city: 'Halle' } },
    })
    await table.page.getByText(/^Working alone since .*, one change to tell$/).waitFor()
    await table.picture('devices-alone-desk')
    await page.getByRole('button', { name: 'Let desks in' }).click()
    await page.getByRole('row', { name: /Desk 1.*Here/ }).waitFor()
    await table.page.getByTitle('Laptops of this event').getByText('Hub answers').waitFor()
    const city = async () => {
      const { id } = event!
      return (await hub.engine.client.records.get({ entity: 'event', id }))['city']
    }
    await expect.poll(city).toBe('Halle')

    await page.getByRole('button', { name: 'Revoke Desk 1' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('No desk has joined yet.').waitFor()
    expect((await hub.engine.client.devices.get()).desks).toEqual([])
    await table.page
      .getByTitle('Laptops of this event')
      .getByText('Hub refuses this laptop')
      .waitFor()
    await table.page.getByRole('heading', { name: 'Join again' }).waitFor()
    expect(await table.page.getByLabel('Name of this desk').inputValue()).toBe('Desk 1')
    await table.picture('devices-revoked')
    expect(office.complaints).toEqual([])
    expect(table.complaints).toEqual([])
    await table.close()
    await office.close()
  })
})

/** As on a race morning: a desk that is away, and a bib and a team that two of them gave. */
async function busyHub(): Promise<void> {
  const devices = openDevices({ dataDir: hub.dataDir, now: () => Date.now() })
  const { code } = await devices.invite()
  await devices.pair(code, 'Registration at the main entrance')
  const { records } = await hub.engine.hub.changes({
    entity: 'eventParticipant',
    limit: 2,
    wait: 0,
  })
  for (const [at, name] of ['Desk 1', 'Desk 2'].entries()) {
    const changes = records.map(({ entity, id, fields, stamp }, of) => ({
      ...{ key: `${at}-${of}`, entity, id, action: 'update' as const, seen: stamp, madeOn: null },
      ...{ fields: { ...fields, team: name }, changed: ['team'], by: `Maria @ ${name}` },
    }))
    await hub.engine.hub.take({ id: `device-${at}`, name }, changes)
  }
}

describe.each([
  ...looks,
  { theme: 'light', language: 'de', size: [400, 800] } as const,
  { theme: 'dark', language: 'fr', size: [720, 450] } as const,
])('The Devices page in $theme, $language, $size', (look) => {
  it('is accessible as hub and as desk, and nothing of it is cut', async () => {
    if ((await hub.engine.client.devices.get()).desks.length === 0) await busyHub()
    for (const [site, part] of [
      [hub, 'hub'],
      [desk, 'desk'],
    ] as const) {
      const window = await site.open({ ...look, at: '/devices' })
      await window.page.locator('.devices .card').first().waitFor()
      const badge = window.page.locator('.rail .active .badge')
      expect(await badge.count(), 'what two laptops did differently').toBe(part === 'hub' ? 1 : 0)
      await window.picture(`devices-${part}-${look.theme}-${look.language}-${look.size?.[0]}`)
      expect(await window.axe()).toEqual([])
      expect(await outOfSight(window.page)).toEqual([])
      expect(window.complaints).toEqual([])
      await window.close()
    }
  })
})
