/** 200 % zoom of a laptop (720 × 450) and a small screen (400 × 800): everything is seen without scrolling sideways. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WindowLook } from '../support/window.ts'
import { outOfSight } from './out-of-sight.ts'
import { openRaceOffice, type RaceOffice } from './race-office.ts'

const longGroup = 'Half marathon women and men, second start from Market Square'
let office: RaceOffice
beforeAll(async () => {
  office = await openRaceOffice(12)
  await office.site.importEntrants(
    [
      'bib,first_name,last_name,gender,date_of_birth,email,city,club,race,start_group,tag,category',
      `900,Wilhelmina,Featherstonehaugh-Abernathy,F,1987-05-04,w@example.org,Berlin,TSV Lauf,Marathon,"${longGroup}",T-900,W35`,
    ].join('\n'),
  )
  await office.connect()
})
afterAll(() => office.close())

const narrow: readonly WindowLook[] = [
  { size: [720, 450], language: 'en', theme: 'light' },
  { size: [400, 800], language: 'de', theme: 'dark' },
  { size: [400, 800], language: 'en', theme: 'light' },
  { size: [1024, 640], language: 'de', theme: 'light' },
]

describe.each(narrow)('The window at $size, $language, $theme', (look) => {
  const name = (state: string) => `z-${look.size![0]}-${look.language}-${state}`

  it('shows the desk in all its states, the start group in full', async () => {
    const window = await office.site.open(look)
    const { page } = window
    const checked = async (state: string) => {
      await window.picture(name(state))
      expect(await outOfSight(page), state).toEqual([])
    }
    const search = page.getByRole('combobox').first()
    await search.waitFor()
    await checked('desk-start')
    await search.fill('feather')
    await page.getByRole('option').first().waitFor()
    await checked('desk-results')
    await search.press('Enter')
    const card = page.getByRole('article')
    await card.waitFor()
    const checkIn = page.locator('.check-in')
    await checkIn.and(page.locator(':focus')).waitFor()
    const group = card.locator('.group .v-select__selection-text')
    await group.filter({ hasText: longGroup }).waitFor()
    expect(
      await group.evaluate(
        (node) => node.scrollWidth <= node.clientWidth + 1 || node.clientWidth === 0,
      ),
    ).toBe(true)
    await checked('desk-entrant')
    expect(await window.axe()).toEqual([])
    await page.keyboard.press('F4')
    await page.keyboard.type('1')
    await page.keyboard.press('Enter')
    await page.getByTestId('signal').waitFor()
    const reason = card.locator('.bib .v-messages__message')
    await expect
      .poll(() =>
        reason.evaluate((node) => {
          const { left, top, height } = node.getBoundingClientRect()
          return node.contains(document.elementFromPoint(left + 4, top + height / 2))
        }),
      )
      .toBe(true)
    await checked('desk-refused')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('F8')
    await page.getByRole('dialog').waitFor()
    await checked('desk-walk-up')
    await page.keyboard.press('Escape')
    expect(window.complaints).toEqual([])
    await window.close()
    // Every state is measured element by element, and one of them looked at by axe.
  }, 180_000)

  it('shows every page, nothing of it cut or outside its card', async () => {
    const window = await office.site.open(look)
    const { page } = window
    const pages = [
      'targets',
      'targets/timing-van',
      'attention',
      'data/person',
      'activity',
      'settings',
    ]
    for (const at of pages) {
      await window.go(`/${at}`)
      await page.locator('main :is(.v-card, table, h2)').first().waitFor()
      await window.picture(name(at.replace('/', '-')))
      expect(await outOfSight(page), at).toEqual([])
    }
    await window.close()
  })

  it('shows the numbers of a target with their words', async () => {
    const window = await office.site.open({ ...look, at: '/sync' })
    await window.page.getByRole('heading', { name: 'timing-van' }).waitFor()
    await window.picture(name('sync'))
    const tiles = window.page.locator('.tiles')
    const cut = await tiles
      .first()
      .evaluate((list) =>
        [...list.querySelectorAll('span')]
          .filter((word) => word.scrollWidth > word.clientWidth + 1)
          .map((word) => word.textContent),
      )
    expect(cut).toEqual([])
    const title = await outOfSight(window.page)
    expect(title.filter((line) => line.startsWith('over the title'))).toEqual([])
    await window.close()
  })
})

describe('The main button', () => {
  it('looks as strong with the focus as without, so that nobody takes it for disabled', async () => {
    const window = await office.site.open()
    const { page } = window
    const search = page.getByRole('combobox').first()
    await search.fill('feather')
    await page.getByRole('option').first().waitFor()
    await search.press('Enter')
    const button = page.locator('.check-in')
    await button.and(page.locator(':focus-visible')).waitFor()
    const overlay = button.locator('.v-btn__overlay')
    await expect.poll(() => overlay.evaluate((node) => getComputedStyle(node).opacity)).toBe('0')
    expect(await button.evaluate((node) => getComputedStyle(node).outlineStyle)).toBe('solid')
    await window.close()
  })
})
