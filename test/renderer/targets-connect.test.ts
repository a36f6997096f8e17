/** What a set-up gets from the system: a sign-in in a browser, and lists to choose from. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { applicationId } from '../../main/stand-ins/planning-center/sign-in.ts'
import { startWindowSite, type WindowSite } from '../support/window.ts'
import {
  startPlanningCenter,
  type PlanningCenterStandIn,
} from '../targets/planning-center/stand-in.ts'
import {
  runSignupSecret,
  startRunSignup,
  type RunSignupStandIn,
} from '../targets/runsignup/stand-in.ts'

let site: WindowSite
let church: PlanningCenterStandIn
let races: RunSignupStandIn
beforeAll(async () => {
  ;[site, church, races] = await Promise.all([
    startWindowSite(),
    startPlanningCenter(),
    startRunSignup(),
  ])
})
afterAll(async () => {
  await site.close()
  await Promise.all([church.stop(), races.stop()])
})

it('several events of a race are chosen from those it has, and go one by one', async () => {
  const window = await site.open({ at: '/targets/new?adapter=runsignup' })
  const { page } = window
  const field = (name: string) => page.getByLabel(name, { exact: true })
  await field('Name').fill('registration')
  await field('Address (URL)').fill(`${races.url}/rest`)
  await field('API key').fill('stand-in-key-id')
  await field('API secret (goes with the API key)').fill(runSignupSecret)
  await page.getByRole('combobox', { name: 'Race number' }).fill('4711')
  const events = page.getByRole('combobox', { name: 'Event numbers' })
  await events.click()
  const [half, tenKm] = [
    page.getByRole('option', { name: '88001' }),
    page.getByRole('option', { name: '88002' }),
  ]
  await half.click()
  await tenKm.click()
  await page.keyboard.press('Escape')
  const chips = page.locator('.v-chip').filter({ has: page.getByRole('button') })
  await expect.poll(() => chips.count()).toBe(2)
  await window.picture('several-events')
  expect(await window.axe()).toEqual([])
  await chips.first().getByRole('button').click()
  await expect.poll(() => chips.count()).toBe(1)
  await page.setViewportSize({ width: 400, height: 800 })
  await window.picture('several-events-narrow')
  await page.getByRole('button', { name: 'Test connection' }).click()
  const check = page.getByRole('region', { name: 'Connection test' })
  await check.getByText('Everything works.').waitFor()
  expect(window.complaints).toEqual([])
  await window.close()
})

it('a sign-in is waited for, cancelled, refused and done, and the target has what it needs', async () => {
  const window = await site.open({ at: '/targets/new?adapter=planning-center' })
  const { page } = window
  const context = page.context()
  const button = (name: string) => page.getByRole('button', { name })
  const field = (name: string) => page.getByLabel(name, { exact: true })
  await field('Address (URL)').fill(church.url)
  await field('Sign-in').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option', { name: 'OAuth 2', exact: true }).click()
  await button('Connect at Planning Center').click()
  // What is signed in is a saved target, so it needs a name.
  await page.getByText('Please fill this in.').first().waitFor()
  await field('Name').fill('church')
  await field('Client secret').fill('stand-in-key')
  await field('Client ID').fill(applicationId)

  let answer: 'wait' | 'refuse' = 'wait'
  await context.route('**/oauth/authorize**', (route) => {
    if (answer === 'wait') return route.fulfill({ body: 'Sign in here' })
    const asked = new URL(route.request().url()).searchParams
    const back = `${asked.get('redirect_uri')}?state=${asked.get('state')}&error=access_denied`
    return route.fulfill({ status: 302, headers: { location: back } })
  })
  await button('Connect at Planning Center').click()
  const section = page.getByRole('region', { name: 'Sign-in at Planning Center' })
  await section.getByText(/^Waiting for the sign-in at Planning Center/).waitFor()
  await window.picture('connect-waiting')
  expect(await window.axe()).toEqual([])
  await button('Cancel').click()
  await button('Connect at Planning Center').and(page.locator(':focus')).waitFor()

  answer = 'refuse'
  await button('Connect at Planning Center').click()
  await section.getByText('Planning Center did not let Marshal in: access_denied.').waitFor()

  await context.unroute('**/oauth/authorize**')
  const opened = context.waitForEvent('page')
  await button('Connect at Planning Center').click()
  await (await opened).getByText('You can close this page.').waitFor()
  await section.getByText('Signed in at Planning Center.').waitFor()
  await button('Test connection').click()
  const check = page.getByRole('region', { name: 'Connection test' })
  await check.getByText('Everything works.').waitFor()
  await page.setViewportSize({ width: 400, height: 800 })
  await window.picture('connect-done-narrow')
  const { targets } = await site.engine.client.status.get()
  expect(targets).toMatchObject([{ name: 'church', state: 'paused' }])
  expect(window.complaints).toEqual([])
})
