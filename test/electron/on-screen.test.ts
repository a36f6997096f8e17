import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'
import { startScreen, type Screen } from '../support/xvfb.ts'

describe('the desktop window on a screen (built bundle on the stand-in, headed under Xvfb)', () => {
  let screen: Screen
  let app: DesktopApp
  beforeAll(async () => {
    screen = await startScreen()
    app = await launchDesktopApp({
      env: { MARSHAL_STAND_IN_HEADED: '1', DISPLAY: screen.display },
    })
  })
  afterAll(async () => {
    await app.stop()
    await screen.stop()
  })

  it('is drawn, takes keys and works at its smallest size', async () => {
    const page = await app.page()
    await app.do('resizeWindow', 1, 1)
    const size = () => page.evaluate(() => [window.outerWidth, window.outerHeight])
    await until('the smallest size', async () => (await size()).join() === '1024,640')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.hasFocus())).toBe(true)
    expect(await page.evaluate(() => document.body.innerText.trim().length)).toBeGreaterThan(0)
    expect((await app.state()).consoleErrors).toEqual([])
    const picture = await page.screenshot()
    expect(picture.length).toBeGreaterThan(5_000)
  })
})
