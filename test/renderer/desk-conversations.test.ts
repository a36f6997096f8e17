import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatwoot } from '../../main/stand-ins/chatwoot/stand-in.ts'
import { startChatwoot, type ChatwootStandIn } from '../targets/chatwoot/stand-in.ts'
import { startWindowSite, type WindowSite } from '../support/window.ts'
import { tabTo } from './race-office.ts'
import { startList } from './start-list.ts'

const key = 'stand-in-key'
let site: WindowSite
let support: ChatwootStandIn

/** Ana has asked something, and everybody is a contact. */
beforeAll(async () => {
  ;[site, support] = await Promise.all([startWindowSite(), startChatwoot({ key })])
  await site.importEntrants(startList)
  const { client } = site.engine
  await client.targets.add({
    config: { name: 'support', adapter: 'chatwoot', url: support.url, ...chatwoot.signIn(key) },
  })
  const sync = () => client.sync.run({ targets: ['support'] })
  await sync()
  const { id: contactId } = await support.contact('Ana Schmidt')
  const messages = [
    { content: 'Where do I get my bib on Sunday morning?' },
    { content: 'In the tent, from six on.', type: 'outgoing' as const, author: 'Kim' },
  ]
  await support.begin({ contactId, subject: 'My bib', messages })
  await support.begin({ contactId, messages: [{ content: 'And may I start later?' }] })
  await sync()
})
afterAll(async () => {
  await site.close()
  await support.stop()
})

describe('The card of an entrant who asked the support', () => {
  it.each([
    ['en', 'light', 'Open with the support', 'Nothing is open with the support.'],
    ['de', 'dark', 'Offen beim Support', 'Beim Support ist nichts offen.'],
  ] as const)(
    'says what is open and leads to it, with the keyboard too (%s)',
    async (language, theme, title, none) => {
      const window = await site.open({ size: [1280, 800], language, theme })
      const { page } = window
      const choose = async (name: string) => {
        await page.getByRole('combobox').first().fill(name)
        await page.getByRole('option', { name }).click()
      }
      await choose('Ana Schmidt')
      const open = page.getByRole('region', { name: title })
      await open.getByText('In the tent, from six on.').waitFor()
      await open.getByText('Kim:').waitFor()
      const link = open.getByRole('link', { name: /^My bib/ })
      expect(await link.getAttribute('href')).toMatch(/\/app\/accounts\/1\/conversations\/1$/)
      expect(await link.getAttribute('target')).toBe('_blank')
      await tabTo(page, link)
      await open.scrollIntoViewIfNeeded()
      await window.picture(`desk-conversations-${language}`)
      expect(await window.axe()).toEqual([])
      await choose('Bo Müller')
      await open.getByText(none).waitFor()
      expect(window.complaints).toEqual([])
      await window.close()
    },
  )

  it('shows what was known when the support cannot be reached, and says how old it is', async () => {
    await support.unplug()
    const { client } = site.engine
    await client.sync.run({ targets: ['support'] })
    const window = await site.open({ size: [1280, 800] })
    const { page } = window
    await page.getByRole('combobox').first().fill('Ana Schmidt')
    await page.getByRole('option', { name: 'Ana Schmidt' }).click()
    const open = page.getByRole('region', { name: 'Open with the support' })
    await open.getByText(/^Last looked at .*; support may know more by now\.$/).waitFor()
    await open.getByRole('link', { name: /^My bib/ }).waitFor()
    await window.close()
    await support.plug()
  })
})
