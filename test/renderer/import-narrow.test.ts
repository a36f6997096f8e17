/** The import page at 200 % zoom and on a small screen: all of it is read without scrolling the page sideways. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWindowSite, type WindowLook, type WindowSite } from '../support/window.ts'
import { outOfSight } from './out-of-sight.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
})
afterAll(() => site.close())

const list = `bib,first_name,last_name,gender,date_of_birth,start_group,race,shoe_size,Paid
1,Ana,Schmidt,F,1987-05-04,Wave 1,Marathon,38,45.00
2,Bo,Müller-Featherstonehaugh,M,1979-13-45,Wave 1,Marathon,44,45.00
3,Çelik,,M,1995-07-07,Wave 2,Marathon,43,0.00
4,Wilhelmina,Nguyen,F,2001-03-14,"Half marathon women and men, second start",Marathon,39,45.00
`

const narrow: readonly WindowLook[] = [
  { size: [720, 450], language: 'en', theme: 'light' },
  { size: [400, 800], language: 'de', theme: 'dark' },
]

it.each(narrow)('shows a start list, and what becomes of it, at $size, $language', async (look) => {
  const window = await site.open({ ...look, at: '/import' })
  const { page } = window
  const checked = async (state: string) => {
    await window.picture(`z-${look.size![0]}-${look.language}-${state}`)
    expect(await outOfSight(page), state).toEqual([])
    expect(await window.axe()).toEqual([])
  }
  await page.locator('input[type=file]').waitFor({ state: 'attached' })
  await checked('import-start')
  await page.locator('input[type=file]').setInputFiles({
    name: 'Spring Classic 2027.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(list),
  })
  await page.getByRole('table').first().waitFor()
  await checked('import-mapping')
  await page.getByRole('button', { name: /^(Rehearse|Probe)$/ }).click()
  await page.getByRole('region', { name: /^(People|Personen)$/ }).waitFor()
  await checked('import-report')
  expect(window.complaints).toEqual([])
  await window.close()
})
