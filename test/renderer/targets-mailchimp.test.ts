/** Setting up a system whose address follows from its key. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenWindow } from '../support/window.ts'
import { audienceId, startMailchimp, type MailchimpStandIn } from '../targets/mailchimp/stand-in.ts'
import { openRaceOffice, type RaceOffice } from './race-office.ts'

const key = '0123456789abcdef0123456789abcdef-us14'

let office: RaceOffice
let list: MailchimpStandIn
let window: OpenWindow

beforeAll(async () => {
  office = await openRaceOffice(12)
  list = await startMailchimp({ key })
})
afterAll(async () => {
  await list.stop()
  await office.close()
})
beforeEach(async () => {
  window = await office.site.open()
  await window.go('/targets/new?adapter=mailchimp')
  return async () => {
    await window.close()
    await office.reset()
  }
})

const button = (name: string) => window.page.getByRole('button', { name })
const field = (name: string) => window.page.getByLabel(name, { exact: true })
/** The list has the name of its field. */
const audience = () => window.page.getByRole('combobox', { name: 'Audience' })
const check = () => window.page.getByRole('region', { name: 'Connection test' })

describe('Setting Mailchimp up', () => {
  it('needs no address, and says what is wrong with a key that names no data centre', async () => {
    await window.page.getByText('May stay empty: it is worked out from the key.').waitFor()
    await field('Name').fill('newsletter')
    await field('API key').fill('0123456789abcdef')
    await audience().fill(audienceId)
    await button('Test connection').click()
    await check().getByText('The API key does not name its data centre').waitFor()
    await window.picture('mailchimp-no-data-centre')
    expect(window.complaints).toEqual([])
  })

  it('lists the audiences of the account, and says why it cannot', async () => {
    const { page } = window
    await field('Name').fill('newsletter')
    await field('Address (URL)').fill(`${list.url}/3.0`)
    await field('API key').fill('wrong-us14')
    await audience().click()
    await page.getByText('Your API key may be invalid').waitFor()
    await page.keyboard.press('Escape')
    await field('API key').fill(key)
    await audience().click()
    // The only one is chosen.
    await page.getByText(audienceId).first().waitFor()
    await window.picture('mailchimp-audiences')
    await page.keyboard.press('Escape')
    await button('Test connection').click()
    await check().getByText('Everything works.').waitFor()
    expect(window.complaints).toEqual([])
  })

  it('lists the merge fields of the chosen audience, and chooses none by itself', async () => {
    const { page } = window
    await field('Name').fill('newsletter')
    await field('Address (URL)').fill(`${list.url}/3.0`)
    await field('API key').fill(key)
    const birthday = page.getByRole('combobox', { name: 'Merge field of the birthday' })
    await birthday.click()
    await page.getByText('Give the id of the Mailchimp audience in the settings.').waitFor()
    await page.keyboard.press('Escape')
    await audience().fill(audienceId)
    await birthday.click()
    const option = page.getByRole('option', { name: 'Birthday BIRTHDAY' })
    await option.waitFor()
    // Empty means that birthdays stay here.
    expect(await birthday.inputValue()).toBe('')
    await option.click()
    await window.picture('mailchimp-merge-fields')
    expect(window.complaints).toEqual([])
  })

  it('says in the words of Mailchimp that a key is wrong, and that an audience is not there', async () => {
    await field('Name').fill('newsletter')
    await field('Address (URL)').fill(`${list.url}/3.0`)
    await field('API key').fill('wrong-us14')
    await audience().fill(audienceId)
    await button('Test connection').click()
    await check().getByText('Your API key may be invalid').waitFor()
    await window.picture('mailchimp-wrong-key')
    await field('API key').fill(key)
    await audience().fill('other')
    await button('Test connection').click()
    await check().getByText('The requested resource could not be found').waitFor()
    await audience().fill(audienceId)
    await button('Test connection').click()
    await check().getByText('Everything works.').waitFor()
    await window.picture('mailchimp-set-up')
    expect(window.complaints).toEqual([])
  })
})
