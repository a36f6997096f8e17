import reader from 'jsqr'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looks, startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'
import { entrantList } from './race-office.ts'
import { outOfSight } from './out-of-sight.ts'

const entrants = 130
let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
  await site.importEntrants(entrantList(entrants))
})
afterAll(() => site.close())

/** Opens the page to print from; the print dialog is a person who has not answered yet. */
async function openPrint(look: Parameters<WindowSite['open']>[0] = {}): Promise<OpenWindow> {
  const window = await site.open(look)
  await window.page.evaluate(() => {
    globalThis.print = () => document.body.setAttribute('data-printed', document.title)
  })
  await window.go(look.at ?? '/print')
  await window.page
    .getByRole('region', { name: look.language === 'de' ? 'Vorschau' : 'Preview' })
    .waitFor()
  return window
}
async function print(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Print…' }).click()
  await page.locator('body[data-printed]').waitFor({ state: 'attached' })
}
async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).press('ArrowDown')
  await page.getByRole('option', { name: option }).click()
}

/** Number of pages and their sizes in millimetres. */
async function pdf(page: Page) {
  const text = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString(
    'latin1',
  )
  const sizes = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, w, h]) =>
    [w, h].map((points) => Math.round((Number(points) / 72) * 25.4)).join(' × '),
  )
  return { pages: sizes.length, sizes: [...new Set(sizes)] }
}

describe('A start list', () => {
  it('is printed with three actions from the desk, each start group on sheets of its own', async () => {
    const window = await site.open()
    const { page } = window
    await page.evaluate(() => {
      globalThis.print = () => document.body.setAttribute('data-printed', document.title)
    })
    await page.getByRole('combobox', { name: 'Find an entrant' }).waitFor()
    await page.keyboard.press('Control+p')
    await page.getByText('130 entrants, 4 sheets').waitFor()
    await page.keyboard.press('Control+p')
    await page
      .locator('body[data-printed="Start list – Spring Classic"]')
      .waitFor({ state: 'attached' })
    const names = page.getByTestId('paper').locator('.sheet-part')
    expect(await names.allTextContents()).toEqual(
      ['Wave 1', 'Wave 2', 'Wave 3', 'Wave 0'].map((wave) => `Marathon · ${wave}`),
    )
    expect(await page.getByTestId('paper').locator('tbody tr').count()).toBe(entrants)
    expect(await pdf(page)).toEqual({ pages: 4, sizes: ['216 × 279'] })
    // Printed or given up, it is taken away again.
    await page.getByTestId('paper').waitFor({ state: 'detached' })
    expect(await page.title()).toBe('Print · Marshal')
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('says on paper when it was read, however long the page was open', async () => {
    const window = await openPrint()
    const { page } = window
    await page.getByText('130 entrants, 4 sheets').waitFor()
    await page.clock.setFixedTime('2027-05-06T10:30:00')
    await print(page)
    const remarks = page.getByTestId('paper').locator('.sheet-remark')
    expect(await remarks.first().textContent()).toContain('May 6, 2027')
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('is on the paper, in the order and of whom a person chooses', async () => {
    const window = await openPrint()
    const { page } = window
    await choose(page, 'Paper', 'A4')
    await choose(page, 'Order', 'By bib')
    await choose(page, 'Lists', 'Everybody in one list')
    await choose(page, 'Race or start group', 'Wave 2')
    await page.getByText('33 entrants, one sheet').waitFor()
    await print(page)
    const bibs = page.getByTestId('paper').locator('tbody .sheet-bib')
    expect((await bibs.allTextContents()).slice(0, 3)).toEqual(['2', '6', '10'])
    await page.emulateMedia({ media: 'print' })
    const line = page.getByTestId('paper').locator('tbody tr')
    const [first, second] = [await line.nth(0).boundingBox(), await line.nth(1).boundingBox()]
    expect(((second!.y - first!.y) * 25.4) / 96).toBeCloseTo(6.5, 1)
    expect(await pdf(page)).toEqual({ pages: 1, sizes: ['210 × 297'] })
    await window.close()
  })
})

describe('Labels', () => {
  it('lie at their places to the tenth of a millimetre, the first ones of a begun sheet left out', async () => {
    const window = await openPrint()
    const { page } = window
    await page.getByRole('radio', { name: 'Labels' }).check()
    await choose(page, 'Labels', 'Avery L7160')
    await page.getByLabel('First label to use, of 21').fill('5')
    await page.getByText('130 labels, 7 sheets').waitFor()
    await print(page)
    await page.emulateMedia({ media: 'print' })
    const sheet = (await page.getByTestId('paper').locator('.m-sheet').first().boundingBox())!
    const boxes = await Promise.all(
      [0, 1, 2].map((at) => page.getByTestId('paper').locator('.m-label').nth(at).boundingBox()),
    )
    const places = boxes.map((box) => [box!.x - sheet.x, box!.y - sheet.y, box!.width, box!.height])
    // Places 5, 6 and 7: the middle and the right of the second row, the left of the third.
    const wanted = [
      [73.25, 53.25, 63.5, 38.1],
      [139.29, 53.25, 63.5, 38.1],
      [7.21, 91.35, 63.5, 38.1],
    ]
    for (const [at, place] of places.entries()) {
      for (const [of, pixels] of place.entries())
        expect((pixels * 25.4) / 96, `label ${at}`).toBeCloseTo(wanted[at]![of]!, 1)
    }
    expect(await pdf(page)).toEqual({ pages: 7, sizes: ['210 × 297'] })
    await window.close()
  })

  it('have a code that a camera reads, the desk finds the entrant by, and that names nobody', async () => {
    const window = await openPrint()
    const { page } = window
    await page.getByRole('radio', { name: 'Labels' }).check()
    for (const [format, pages] of [
      ['60 × 40', entrants],
      ['Avery 5160', 5],
    ] as const) {
      await choose(page, 'Labels', format)
      await page.getByText(`130 labels, ${pages} sheets`).waitFor()
      await print(page)
      const label = page.getByTestId('paper').locator('.m-label').filter({ hasText: 'Runner42' })
      const read = await readCode(page, await label.innerHTML(), await label.getAttribute('style'))
      expect(read).toMatch(/^\d{45}$/)
      const [event] = await site.engine.client.desk.events()
      const found = await site.engine.client.desk.scan({ eventId: event!.id, code: read! })
      expect([found.outcome, found.entrant?.firstName]).toEqual(['ok', 'Runner42'])
      expect((await pdf(page)).pages).toBe(pages)
      await page.evaluate(() => document.body.removeAttribute('data-printed'))
      await page.getByTestId('paper').waitFor({ state: 'detached' })
      if (pages !== entrants) continue
      await window.go('/desk')
      await page.getByRole('combobox', { name: 'Find an entrant' }).waitFor()
      await window.scan(read!)
      await page.getByTestId('signal').getByText('Runner42').waitFor()
      const { id } = found.entrant!
      await site.engine.client.desk.change({ id, bib: '4242' })
      await window.scan(read!)
      await page.getByTestId('signal').getByText('has bib 4242 now').waitFor()
      await window.picture('print-label-refused')
      await site.engine.client.desk.change({ id, bib: '42' })
      await window.go('/print')
    }
    expect(window.complaints).toEqual([])
    await window.close()
  })
})

/** What a reader of codes makes of a label that a printer drew with 300 dots to the inch. */
async function readCode(page: Page, html: string, style: string | null): Promise<string | null> {
  const sheet = await page
    .context()
    .browser()!
    .newPage({ deviceScaleFactor: 300 / 96 })
  await sheet.setContent(
    `<style>body{margin:0} .m-label{position:absolute;box-sizing:border-box;display:flex;align-items:center;background:#fff} .label-lines{flex:1;min-width:0;overflow:hidden} .label-code{flex:none}</style><div class="m-label" style="${style ?? ''};left:0;top:0">${html}</div>`,
  )
  const picture = await sheet.locator('.label-code').screenshot()
  const { data, width, height } = await sheet.evaluate(async (encoded) => {
    const image = await createImageBitmap(
      await (await fetch(`data:image/png;base64,${encoded}`)).blob(),
    )
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')!
    context.drawImage(image, 0, 0)
    const pixels = context.getImageData(0, 0, image.width, image.height)
    return { data: [...pixels.data], width: image.width, height: image.height }
  }, picture.toString('base64'))
  await sheet.close()
  return reader.default(Uint8ClampedArray.from(data), width, height)?.data ?? null
}

describe('Check-in sheets', () => {
  it('have a box, a tag and a signature for everybody, and nothing sensitive until somebody asks', async () => {
    const window = await openPrint()
    const { page } = window
    await page.getByRole('radio', { name: 'Check-in sheets' }).check()
    await page.getByText('130 entrants, 6 sheets').waitFor()
    const heads = page.getByRole('region', { name: 'Preview' }).locator('th')
    expect(await heads.allTextContents()).toEqual([
      ...['Here', 'Bib', 'Name', 'Race', 'Start group', 'Tag', 'Signature'],
    ])
    const fields = page.getByRole('combobox', { name: 'Further fields' })
    await fields.press('ArrowDown')
    await page.getByRole('option', { name: 'Category' }).waitFor()
    expect(await page.getByRole('option').first().textContent()).toBe('Category')
    await page.keyboard.press('Escape')
    await page.getByLabel('Offer sensitive fields too').check()
    await choose(page, 'Further fields', 'Medical conditions')
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Preview' }).getByText('Confidential').first().waitFor()
    await page.getByLabel('Offer sensitive fields too').uncheck()
    await page.getByText('Confidential').first().waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Next sheet' }).click()
    await page.getByRole('status').getByText('Sheet 2 of 6').waitFor()
    expect(await heads.allTextContents()).not.toContain('Medical conditions')
    expect(window.complaints).toEqual([])
    await window.close()
  })
})

describe.each([
  ...looks,
  { theme: 'light', language: 'de', size: [400, 800] } as const,
  { theme: 'dark', language: 'en', size: [720, 450] } as const,
])('The print page in $theme, $language, $size', (look) => {
  it('is accessible, nothing of it is cut, and paper is white', async () => {
    const window = await openPrint(look)
    const { page } = window
    const label = look.language === 'de' ? 'Etiketten' : 'Labels'
    const name = `print-${look.theme}-${look.language}-${look.size?.[0]}`
    await page.locator('.preview tbody tr').first().waitFor()
    await window.picture(`${name}-list`)
    expect(await window.axe()).toEqual([])
    const outside = async () => (await outOfSight(page)).filter((line) => !line.includes('sheet-'))
    expect(await outside()).toEqual([])
    await page.getByRole('radio', { name: label }).check()
    await page.locator('.preview .label-code').first().waitFor()
    await window.picture(`${name}-labels`)
    expect(await window.axe()).toEqual([])
    expect(await outside()).toEqual([])
    const colours = await page.locator('.preview .m-sheet').evaluate((sheet) => {
      const { color, backgroundColor } = getComputedStyle(sheet)
      return [color, backgroundColor]
    })
    expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
