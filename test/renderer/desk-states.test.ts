import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, startWindowSite, type WindowSite } from '../support/window.ts'
import { startList } from './start-list.ts'

describe('The desk without an event', () => {
  let site: WindowSite
  beforeAll(async () => {
    site = await startWindowSite()
  })
  afterAll(() => site.close())

  it('shows three ways in: a demo event comes with one click and goes with another', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('heading', { name: 'Welcome. What do you have?' }).waitFor()
    await page.getByRole('button', { name: 'Choose a file' }).waitFor()
    await page.getByRole('link', { name: 'Connect a target' }).waitFor()
    expect(await window.axe()).toEqual([])
    await window.picture('desk-no-event')
    await page.getByRole('button', { name: 'Try it with a demo event' }).click()
    await page.getByText('0 of 300 checked in').waitFor()
    await page.getByText('everybody in it is invented').waitFor()
    await window.picture('desk-demo-event')
    const [event] = await site.engine.client.desk.events()
    const before = await site.engine.client.desk.walkUp({
      ...{ eventId: event!.id, firstName: 'Real', lastName: 'Runner' },
    })
    expect(before.outcome).toBe('ok')
    const remove = page.getByRole('button', { name: 'Remove the demo event' })
    await remove.click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('One person was entered in it by somebody here').waitFor()
    expect(await window.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('0 of 301 checked in').waitFor()
    const { entrant } = before
    await site.engine.client.records.remove({ entity: 'eventParticipant', id: entrant!.id })
    // Nobody but invented people is in it: nothing is asked.
    await remove.click()
    await page.getByRole('heading', { name: 'Welcome. What do you have?' }).waitFor()
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('finds the first entrant four actions after a start list is in hand', async () => {
    const window = await site.open()
    const { page } = window
    let actions = 0
    const act = async (doing: Promise<unknown>) => {
      actions += 1
      await doing
    }
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file' }).click()
    await act(
      chooser.then((dialog) =>
        dialog.setFiles({
          name: 'Spring Run 2026.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from(startList),
        }),
      ),
    )
    await act(page.getByRole('button', { name: 'Import 5 rows' }).click())
    await act(page.getByRole('link', { name: 'Go to the Desk' }).click())
    const search = page.getByRole('combobox', { name: 'Find an entrant' })
    await act(search.fill('a'))
    await page.getByRole('option').first().waitFor()
    expect(actions).toBeLessThanOrEqual(4)
    expect(window.complaints).toEqual([])
    await window.close()
  })
})

describe('The desk when the engine is gone', () => {
  let site: WindowSite
  beforeAll(async () => {
    site = await startWindowSite()
    await site.importEntrants(startList)
  })
  afterAll(() => site.close())

  it('says so, keeps what was typed, and goes on by itself when the engine was started anew', async () => {
    const window = await site.open()
    const { page } = window
    await site.engine.client.targets.add({
      config: { name: 'far away', adapter: 'mock-sync-server', url: 'http://127.0.0.1:9' },
      paused: true,
    })
    await page.getByRole('combobox').first().fill('schmidt')
    await page.getByRole('option', { name: 'Ana Schmidt' }).click()
    await page.getByRole('article').getByText('Waiting to be sent').waitFor()
    await page.getByRole('textbox', { name: 'Notes' }).fill('Lost her glove')
    await site.stopServer()
    await page.getByText("Marshal's engine does not answer.", { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByTestId('signal').getByText('Not saved').waitFor()
    await page.getByTestId('signal').getByText('What you typed is kept here').waitFor()
    expect(await page.getByRole('textbox', { name: 'Notes' }).inputValue()).toBe('Lost her glove')
    // Without the engine nobody knows whether it is still so.
    const card = page.getByRole('article', { name: 'Ana Schmidt' })
    await card.getByText('Unknown', { exact: true }).waitFor()
    expect(await window.axe()).toEqual([])
    await window.picture('desk-engine-lost')
    await page.getByRole('combobox').first().fill('')
    await page.getByRole('option', { name: 'Ana Schmidt' }).click()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.keyboard.press('F9')
    await page.getByTestId('signal').getByText('Check-in not confirmed').waitFor()
    await page
      .getByTestId('signal')
      .getByText(/Check in again when it is back/)
      .waitFor()
    await page.getByRole('textbox', { name: 'Notes' }).fill('Lost her glove')
    await site.startServer()
    await page
      .getByText("Marshal's engine does not answer.", { exact: true })
      .waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText('Saved: Ana Schmidt (12)')
      .waitFor()
    await window.close()
  })
})

describe('Checking in while the engine is gone', () => {
  let site: WindowSite
  beforeAll(async () => {
    site = await startWindowSite()
    await site.importEntrants(startList)
  })
  afterAll(() => site.close())

  it('is not confirmed, and nothing is said of typing that nobody did', async () => {
    const window = await site.open()
    const { page } = window
    await page.getByRole('combobox').first().fill('schmidt')
    await page.getByRole('option', { name: 'Ana Schmidt' }).click()
    const checkIn = page.getByRole('button', { name: 'Check in', exact: true })
    await checkIn.waitFor()
    await site.stopServer()
    await page.getByText("Marshal's engine does not answer.", { exact: true }).waitFor()
    await checkIn.click()
    const signal = page.getByTestId('signal')
    await signal.getByText('Check-in not confirmed').waitFor()
    expect(await signal.textContent()).not.toMatch(/typed|saved/i)
    await site.startServer()
    await page
      .getByText("Marshal's engine does not answer.", { exact: true })
      .waitFor({ state: 'hidden' })
    await checkIn.click()
    await signal.getByText('Checked in', { exact: true }).waitFor()
    await window.close()
  })
})

describe.each(looks)('The desk in $theme and $language', (look) => {
  let site: WindowSite
  beforeAll(async () => {
    site = await startWindowSite()
    await site.importEntrants(startList)
  })
  afterAll(() => site.close())
  const german = look.language === 'de'
  const name = (state: string) => `desk-${state}-${look.theme}-${look.language}`

  it('has no serious accessibility problem in any of its states', async () => {
    const window = await site.open(look)
    const { page } = window
    const checked = async (state: string) => {
      expect(await window.axe(), state).toEqual([])
      await window.picture(name(state))
    }
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor()
    await checked('start')
    await page.keyboard.type('schm', { delay: 60 })
    await page.getByRole('option').first().waitFor()
    await page.getByRole('textbox', { name: german ? 'Startnummer' : 'Bib' }).waitFor()
    await checked('results')
    await page.keyboard.press('Enter')
    await page.locator('.check-in:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.getByTestId('signal').waitFor()
    await checked('checked-in')
    await page.keyboard.press('F4')
    await page.keyboard.type('007', { delay: 60 })
    await page.keyboard.press('Enter')
    await page
      .getByTestId('signal')
      .getByText(german ? 'Nicht gespeichert: Startnummer' : 'Not saved: Bib')
      .waitFor()
    await checked('taken')
    await page.getByRole('combobox').first().fill('nobody of this name')
    await page
      .getByRole('heading', { name: german ? /^Niemand gefunden/ : /^Nobody found/ })
      .waitFor()
    await checked('nothing-found')
    await page.keyboard.press('F8')
    await page.getByRole('dialog').waitFor()
    await checked('walk-up')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('F1')
    await page.getByRole('dialog').waitFor()
    await checked('help')
    expect(window.complaints).toEqual([])
    await window.close()
    // Eight analyses of a whole page take their time on a busy computer.
  }, 240_000)
})
