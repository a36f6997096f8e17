import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { arrived, openRaceOffice, tabTo, type RaceOffice } from './race-office.ts'

let office: RaceOffice
let window: OpenWindow

beforeAll(async () => {
  office = await openRaceOffice(12)
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open()
  await window.go('/targets')
  return async () => {
    await window.close()
    await office.reset()
  }
})

const button = (name: string | RegExp) => window.page.getByRole('button', { name })
const field = (name: string) => window.page.getByLabel(name, { exact: true })
const check = () => window.page.getByRole('region', { name: 'Connection test' })
const heading = (name: string) => window.page.getByRole('heading', { name, level: 2 })

/** One step on; the heading says where that is. */
async function nextTo(name: string) {
  await button('Next').click()
  await heading(name).waitFor()
}

async function fillConnection(key: string) {
  await button(/^TagServer/).click()
  await field('Name').fill('timing-van')
  await field('Address (URL)').fill(office.timing.url)
  await field('API key').fill(key)
}

describe('Setting a target up', () => {
  it('draws the settings of every system', async () => {
    const { page } = window
    const all = await office.site.engine.client.targets.adapters()
    for (const { name, settings } of all.filter(({ joined }) => !joined)) {
      const fields = Object.values(settings['properties'] ?? {}) as {
        title: string
        section?: string
      }[]
      await window.go(`/targets/new?adapter=${name}`)
      const sections = [...new Set(fields.flatMap(({ section }) => section ?? []))]
      const drawn = async (wanted?: string) => {
        const own = fields.filter(({ section }) => section === wanted)
        for (const { title } of own) {
          const named = page.getByLabel(title).or(page.getByText(title))
          await named.filter({ visible: true }).first().waitFor()
        }
      }
      await drawn()
      // What is set seldom stands in sections that open, one at a time.
      for (const [at, section] of sections.entries()) {
        await page.locator('.v-expansion-panel-title').nth(at).click()
        await drawn(section)
      }
      await window.go('/targets')
    }
    expect(window.complaints).toEqual([])
  })

  it('goes by keyboard alone from the gallery to the first sync, and sends nothing before', async () => {
    const { page } = window
    const press = async (name: string | RegExp) => {
      await tabTo(page, button(name))
      await page.keyboard.press('Enter')
    }
    const type = async (label: string, text: string) => {
      await tabTo(page, field(label))
      await page.keyboard.type(text)
    }
    await press(/^TagServer/)
    await type('Name', 'timing-van')
    await type('Address (URL)', office.timing.url)
    await type('API key', office.timing.apiKey)
    await press('Test connection')
    await check().getByText('Everything works.').waitFor()
    await press('Next')

    await heading('What should travel?').waitFor()
    const box = (name: string) => page.getByRole('checkbox', { name, exact: true })
    await tabTo(page, box('Start-group participants'))
    await page.keyboard.press('Space')
    await tabTo(page, box('Event participants'))
    await page.keyboard.press('Space')
    await page.getByText('Needed by Start groups.').waitFor()
    await tabTo(page, box('Start-group participants'))
    await page.keyboard.press('Space')
    await expect.poll(() => box('Event participants').isChecked()).toBe(true)
    await press(/^Fields/)
    await press('Add a row')
    await page.keyboard.type('Person: E-mail')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await type('Value', 'runner1@example.org')
    await page.getByText(/^Persons: 1 of \d+ fit$/).waitFor()
    await press('Remove row 1 of the filter')
    await button('Add a row').and(page.locator(':focus')).waitFor()
    await press('Add a field')
    await type('Our field', 'Person: E-mail')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('For example runner1@example.org').waitFor()
    await type('Their field', 'contact')
    const sent = page.getByRole('region', { name: 'Runner1 Family1 as it would be sent' })
    await sent.getByText('"contact": "runner1@example.org"').waitFor()
    await press('Next')

    await page.getByText('Nothing was sent, and nothing was changed here.').first().waitFor()
    await page.getByText('Runner1 Family1').waitFor()
    expect(await arrived(office.timing)).toBe(0)
    expect((await office.status()).state).toBe('paused')

    await press('Start syncing')
    await page.waitForURL(/#\/sync$/)
    await office.settled('up-to-date')
    await page.getByRole('article', { name: 'timing-van' }).getByText('Up to date').waitFor()
    expect((await office.timing.counts()).people).toBe(12)
    expect(window.complaints).toEqual([])
  })

  it('says at which step a connection with a wrong key fails, before anything is saved', async () => {
    await fillConnection('not-this-one')
    await button('Test connection').click()
    await check().getByText('Something does not work yet.').waitFor()
    const step = (name: string) => check().getByRole('listitem').filter({ hasText: name })
    expect(await step('Address').textContent()).toContain('OK')
    expect(await step('Sign-in').textContent()).toContain('Failed')
    expect(await step('Sign-in').textContent()).toContain('X-API-KEY')
    expect(await step('Permission').textContent()).toContain('Not tested')
    expect(await office.site.engine.client.targets.list()).toEqual([])
    await field('API key').fill(office.timing.apiKey)
    await check().getByText('Changed since the test.').waitFor()
    await button('Test connection').click()
    await check().getByText('Everything works.').waitFor()
  })

  it('goes on after a test that failed only when told to', async () => {
    const { page } = window
    await fillConnection('not-this-one')
    await button('Test connection').click()
    await check().getByText('Something does not work yet.').waitFor()
    await button('Next').click()
    await page.getByRole('alert').getByText('The test did not pass.').waitFor()
    await heading('Where is it, and how does Marshal sign in?').waitFor()
    await button('Next').click()
    await heading('What should travel?').waitFor()
  })

  it('refuses a name that is taken where it is typed', async () => {
    const { page } = window
    await office.connect()
    await page.reload()
    await fillConnection(office.timing.apiKey)
    await button('Next').click()
    await page.getByText('There is a target named timing-van already. Choose another').waitFor()
    await field('Name').fill('timing-van-2')
    await button('Next').click()
    await heading('What should travel?').waitFor()
  })

  it('keeps the draft over a reload, but not the credentials', async () => {
    const { page } = window
    await fillConnection('a-canary-secret')
    await button('Next').click()
    await heading('What should travel?').waitFor()
    const kept = await page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)))
    expect(kept).toContain('timing-van')
    expect(kept).not.toContain('a-canary-secret')
    await page.reload()
    await heading('What should travel?').waitFor()
    await button('Connection').click()
    expect(await field('Name').inputValue()).toBe('timing-van')
    expect(await field('API key').inputValue()).toBe('')
  })

  it('keeps what was filled in for one system while another is looked at', async () => {
    await fillConnection(office.timing.apiKey)
    await nextTo('What should travel?')
    await nextTo('This is what the first sync would do')
    await button('Start syncing').waitFor()
    await button('System').click()
    await button(/^Mock sync server/).click()
    expect(await field('Name').inputValue()).toBe('')
    await field('Name').fill('elsewhere')
    await field('Address (URL)').fill(office.timing.url)
    await nextTo('What should travel?')
    await nextTo('This is what the first sync would do')
    const { client } = office.site.engine
    const adapters = async () =>
      (await client.targets.list()).map(({ config }) => `${config.name}: ${config.adapter}`)
    await expect.poll(adapters).toEqual(['timing-van: tagserver', 'elsewhere: mock-sync-server'])
    await window.go('/targets/new?adapter=tagserver')
    await button('Connection').click()
    expect(await field('Name').inputValue()).toBe('timing-van')
  })

  it('names what is missing, and puts the focus there', async () => {
    const { page } = window
    await button(/^TagServer/).click()
    await button('Next').click()
    await expect.poll(() => page.getByText('Please fill this in.').count()).toBe(3)
    await field('Name').and(page.locator(':focus')).waitFor()
    await field('Address (URL)').fill('http://10.20.30.40')
    await button('Next').click()
    await page.getByText('This address is not protected.').waitFor()
    await page.getByLabel('Allow an unprotected connection').waitFor()
  })

  it('refuses a filter that cannot be used, in words', async () => {
    const { page } = window
    await fillConnection(office.timing.apiKey)
    await nextTo('What should travel?')
    await button(/^Fields/).click()
    await page.getByText('Advanced: JSON Logic').click()
    const text = field('Filter (JSON Logic)')
    await text.fill('{"=="')
    await button('Next').click()
    await page.getByText('This is not JSON.').waitFor()
    await text.fill('{"resembles": [{"var": "person.city"}, "Bonn"]}')
    await page.getByText(/is not an operator/).waitFor()
    await page.getByText('This filter says more than rows can show.').waitFor()
    await text.fill('{"==": [{"var": "person.lastName"}, "Family1"]}')
    await page.getByText(/^Persons: 1 of \d+ fit$/).waitFor()
    // The same filter stands there as a row, and goes on as one.
    await field('Value').fill('Family')
    await page.getByText(/^Persons: 0 of \d+ fit$/).waitFor()
    expect(JSON.parse(await text.inputValue())).toEqual({
      '==': [{ var: 'person.lastName' }, 'Family'],
    })
    await button('Add a row').click()
    await field('Value').last().fill('begun')
    await button('Next').click()
    await page.getByText('A row of the filter is not finished.').waitFor()
  })

  it('leads back to the step that has the fault the engine found', async () => {
    const { page } = window
    await fillConnection(office.timing.apiKey)
    await button('Next').click()
    await heading('What should travel?').waitFor()
    // Somebody else takes the name meanwhile.
    await office.connect()
    await button('Next').click()
    await page.getByText('There is a target named timing-van already.').waitFor()
    await button('Go to Connection').click()
    await page.getByText('is taken').waitFor()
  })

  it('is taken back completely when the set-up is discarded', async () => {
    const { page } = window
    await fillConnection(office.timing.apiKey)
    await nextTo('What should travel?')
    await nextTo('This is what the first sync would do')
    await button('Start syncing').waitFor()
    await button('Discard this set-up').click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard this set-up' }).click()
    await page.waitForURL(/#\/targets$/)
    expect(await office.site.engine.client.targets.list()).toEqual([])
    expect(await arrived(office.timing)).toBe(0)
  })
})
