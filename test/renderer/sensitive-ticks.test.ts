/** Which sensitive fields travel to a target is ticked in its settings, field by field, and shown before anything goes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestCore } from '../support/test-core.ts'
import type { OpenWindow } from '../support/window.ts'
import { openSharedOffice, type SharedOffice } from './shared-office.ts'

let office: SharedOffice
let window: OpenWindow

const saved = async () =>
  (await office.site.engine.client.targets.get({ name: 'registration' })).config.sensitive

beforeAll(async () => {
  office = await openSharedOffice()
  await office.connect({ entities: ['person'] })
  await office.person({ firstName: 'Ida', lastName: 'Voss', medicalConditions: 'Asthma' })
})
afterAll(() => office.close())
beforeEach(async () => {
  window = await office.site.open({ size: [1280, 800], at: '/targets/registration?tab=settings' })
  return () => window.close()
})

describe('The sensitive fields of a target', () => {
  it('are all unticked, ticked one by one, and named by the rehearsal', async () => {
    const { page } = window
    const box = (name: string) => page.getByRole('checkbox', { name: new RegExp(name) })
    await box('Medical conditions').waitFor()
    for (const name of ['Medical', 'Identity number', 'Emergency contact', 'Emergency number'])
      expect(await box(name).first().isChecked()).toBe(false)
    await box('Medical conditions').check()
    await box('Medical conditions').scrollIntoViewIfNeeded()
    await window.picture('target-sensitive')
    expect(await window.axe()).toEqual([])
    await page.getByRole('button', { name: 'Save' }).last().click()
    await page.getByText('Saved', { exact: true }).first().waitFor()
    expect(await saved()).toEqual(['person.medicalConditions'])
    await page.getByRole('tab', { name: 'Overview' }).click()
    await page.getByText(/travel: Medical conditions; stay here: Identity number/).waitFor()
    await page
      .getByRole('button', { name: /Rehears/ })
      .first()
      .click()
    await page.getByText('Sensitive fields that travel: Medical conditions').waitFor()
    await page.getByText(/Sensitive fields left out, as they are not ticked: Identity/).waitFor()
    await window.picture('rehearsal-sensitive')
    expect(window.complaints).toEqual([])
  })

  it('of an earlier version go on travelling, which is said until somebody has decided', async () => {
    const { page } = window
    const core = await openTestCore({ dataDir: office.site.dataDir })
    await core.core.db.updateTable('target').set({ sensitiveKept: 2 }).execute()
    await core.close()
    await page.getByRole('tab', { name: 'Overview' }).click()
    await page.reload()
    await page.getByText('Sensitive fields travel to this target as before').waitFor()
    await window.picture('target-sensitive-kept')
    expect(await window.axe()).toEqual([])
    await page.getByRole('button', { name: 'Leave it so' }).click()
    await page
      .getByText('Sensitive fields travel to this target as before')
      .waitFor({ state: 'detached' })
    expect(await saved()).toEqual(['person.medicalConditions'])
  })
})
