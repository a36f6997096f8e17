import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { arrived, openRaceOffice, type RaceOffice } from './race-office.ts'

let office: RaceOffice
let window: OpenWindow

beforeAll(async () => {
  office = await openRaceOffice(60)
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open()
  await window.go('/sync')
  return async () => {
    await window.close()
    await office.reset()
  }
})

const card = () => window.page.getByRole('article', { name: 'timing-van' })
/** A change somebody makes here to the first person. */
async function rename(lastName: string) {
  const { client } = office.site.engine
  const { records } = await client.records.list({ entity: 'person', limit: 1 })
  await client.records.set({ entity: 'person', id: records[0]!.id, fields: { lastName } })
}
const button = (name: string) => card().getByRole('button', { name })

describe('The Sync page', () => {
  it('leads to the set-up while there is no target', async () => {
    const { page } = window
    await page.getByText('Nothing to sync with yet').waitFor()
    await page.getByRole('link', { name: 'Set up a target' }).click()
    await page.getByRole('heading', { name: 'Connect another system' }).waitFor()
  })

  it('shows how far the first sync is, without the page jumping', async () => {
    const { page } = window
    await office.connect()
    const atRest = await card().boundingBox()
    await office.timing.hold({ match: { method: 'POST', path: '/api/event-participants' } })
    await button('Resume').click()
    await office.timing.held()
    await card().getByText('Sending event participants').waitFor()
    await card().getByText(/of 60/).waitFor()
    await card().getByRole('progressbar').waitFor()
    expect((await card().boundingBox())?.height).toBe(atRest?.height)
    await button('Cancel run').waitFor()
    await office.timing.release()
    await card().getByText('Up to date').waitFor()
    await card().getByText('just now').first().waitFor()
    expect((await card().boundingBox())?.height).toBe(atRest?.height)
    const row = page.getByRole('row').filter({ hasText: 'First sync' })
    await row.getByText('Success').waitFor()
    await row.getByRole('button', { name: 'Details' }).click()
    await page.getByText(/\d+ created/).waitFor()
    expect(window.complaints).toEqual([])
  })

  it('waits for the network with a countdown, and catches up by itself', async () => {
    await office.connect('run')
    await card().getByText('Up to date').waitFor()
    await office.timing.unplug()
    await rename('Moved')
    const chip = card().getByText(/Waiting for network \(next try in \d+ s\)/)
    await chip.waitFor()
    const first = await chip.textContent()
    await expect.poll(() => chip.textContent(), { timeout: 8000 }).not.toBe(first)
    await card()
      .getByText(/^timing-van does not answer at 127\.0\.0\.1:\d+\. Is it switched on/)
      .waitFor()
    await card().getByText('What waits here is kept. Sync now tries again at once.').waitFor()
    await card().getByText('Next try', { exact: true }).waitFor()
    const silent = window.page.getByRole('row').filter({ hasText: 'Target not reachable' }).first()
    await silent.getByRole('button', { name: 'Details' }).click()
    await window.page.getByText('The target was not reached, so nothing was sent').waitFor()
    expect(await window.page.getByText('Stopped by an error').count()).toBe(0)
    expect(await window.page.getByText('There was nothing to do.').count()).toBe(0)
    expect(await card().getByRole('listitem').first().textContent()).toContain('1')
    await office.timing.plug()
    await card().getByText('Up to date').waitFor({ timeout: 30_000 })
    const people = await office.timing.dump('people')
    expect(people.filter((person) => person['lastName'] === 'Moved')).toHaveLength(1)
  })

  it('knows nothing of any target while the engine is gone, and shows none as if', async () => {
    const { page } = window
    await office.connect('run')
    await card().getByText('Up to date').waitFor()
    await office.site.stopServer()
    await page.getByText("Marshal's engine does not answer.").waitFor()
    await card().getByText('Unknown', { exact: true }).first().waitFor()
    expect(await page.getByText('Up to date').count()).toBe(0)
    expect(await page.getByText(/\d+ pending/).count()).toBe(0)
    expect(await card().getByRole('listitem').first().textContent()).toContain('–')
    await window.go('/desk')
    await window.picture('engine-gone')
    await office.site.startServer()
    await window.go('/sync')
    await card().getByText('Up to date').waitFor()
  })

  it('skips the countdown with Sync now', async () => {
    await office.connect('run')
    await card().getByText('Up to date').waitFor()
    await office.timing.unplug()
    await rename('Skipped')
    const waiting = card().getByText(/Waiting for network/)
    await waiting.waitFor()
    await office.timing.plug()
    await button('Sync now').click()
    await card().getByText('Up to date').waitFor()
  })

  it('rehearses: shows what would travel and why, and sends nothing', async () => {
    const { page } = window
    await office.connect()
    const before = await office.timing.stats()
    await button('Rehearse').click()
    const dialog = page.getByRole('dialog', { name: 'Rehearsal: timing-van' })
    await dialog.getByText('Nothing was sent, and nothing was changed here.').waitFor()
    await dialog.getByText(/The first 20 of \d+/).waitFor()
    expect(await dialog.getByRole('row').count()).toBe(21)
    await dialog.getByText('Runner2 Family2').waitFor()
    await dialog.getByText('What would travel').nth(1).click()
    await dialog.getByText('runner2@example.org').waitFor()
    expect(await window.axe()).toEqual([])
    // It looks at what is there, one list of each kind of record, and sends nothing.
    expect((await office.timing.stats()).requests).toBe(before.requests + 8)
    expect(await arrived(office.timing)).toBe(0)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await button('Rehearse').and(page.locator(':focus')).waitFor()
  })

  it('stops before many deletions, and goes on only after two steps', async () => {
    const { page } = window
    await office.connect('run')
    await office.settled('up-to-date')
    const { client } = office.site.engine
    const { records } = await client.records.list({ entity: 'startGroupParticipant', limit: 40 })
    const places = 'start-group-participants'
    const before = (await office.timing.counts())[places]
    for (const { id } of records)
      await client.records.remove({ entity: 'startGroupParticipant', id })
    await card().getByText('40 deletions wait for your decision').waitFor({ timeout: 15_000 })
    await card()
      .getByText(/40 records would be deleted at timing-van; .* Nothing was deleted/)
      .waitFor()
    expect((await office.timing.counts())[places]).toBe(before)
    await button('Show what would go').click()
    await page.getByRole('dialog').getByText('40', { exact: true }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await button('Send anyway…').click()
    const dialog = page.getByRole('alertdialog', { name: 'Delete 40 records at timing-van?' })
    await dialog.getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).waitFor()
    expect((await office.timing.counts())[places]).toBe(before)
    await dialog.getByRole('button', { name: 'Delete 40 records there' }).click()
    await card().getByText('Up to date').waitFor()
    expect((await office.timing.counts())[places]).toBe(before - 40)
  })

  it('cancels a run, which goes on later where it stopped', async () => {
    await office.connect()
    await office.timing.hold({ match: { method: 'POST', path: '/api/people' } })
    await button('Resume').click()
    await office.timing.held()
    await button('Cancel run').click()
    await office.timing.release()
    await window.page.getByRole('row').filter({ hasText: 'Cancelled' }).first().waitFor()
    await button('Sync now').click()
    await card().getByText('Up to date').waitFor()
    expect((await office.timing.counts()).people).toBe(60)
  })

  it('pauses one target and all, and says who did it', async () => {
    const { page } = window
    await office.connect('run')
    await office.settled('up-to-date')
    await button('Pause').click()
    await card().getByText('Paused by Desk 1').waitFor()
    await button('Resume').click()
    await card().getByText('Up to date').waitFor()
    await page.getByRole('button', { name: 'Pause all' }).click()
    await page.getByText('Everything is paused. Changes are kept').waitFor()
    await card().getByText('Paused', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Resume all' }).click()
    await card().getByText('Up to date').waitFor()
  })

  it('refuses Sync now while all or the one target is paused, and resumes with one click', async () => {
    const { page } = window
    await office.connect('run')
    await office.settled('up-to-date')
    const { client } = office.site.engine
    const { runs: before } = await client.sync.runs({})
    const header = page.getByRole('banner').getByRole('button', { name: 'Sync now' })
    for (const pause of ['Pause all', 'Pause']) {
      await page.getByRole('button', { name: pause, exact: true }).click()
      await card().getByText('Paused', { exact: true }).waitFor()
      await header.click()
      await page.getByText('Paused, so nothing was sent or received.').first().waitFor()
      await card().getByText('Paused', { exact: true }).waitFor()
      expect((await client.sync.runs({})).runs.slice(-before.length)).toEqual(before)
      await page.getByRole('button', { name: 'Resume and sync' }).click()
      await card().getByText('Up to date').waitFor()
      await page.getByRole('button', { name: 'Pause all' }).waitFor()
    }
  })
})
