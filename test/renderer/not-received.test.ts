/** What the other side has and Marshal could not take over: shown, mended there, retried. */
import { expect, it, onTestFinished } from 'vitest'
import { openSharedOffice } from './shared-office.ts'

it('shows what could not be received, and takes it over once it is mended there', async () => {
  const office = await openSharedOffice()
  onTestFinished(() => office.close())
  await office.connect()
  const bad = { lastName: 'C'.repeat(501) }
  await office.editThere('t-bo', { firstName: 'Bo', ...bad })
  await office.editThere('t-cleo', { firstName: 'Cleo', ...bad })
  await office.sync()
  const window = await office.site.open({ size: [1280, 800], at: '/attention' })
  onTestFinished(() => window.close())
  const { page } = window

  const group = page.getByRole('article')
  await group.getByText('registration · Persons · Could not be received').waitFor()
  await group.getByText('Correct it at registration, or what stands in its way here').waitFor()
  await group.getByRole('button', { name: 'Show records' }).click()
  // By the name it has there, and with what it says.
  const cleo = group.getByRole('row').filter({ hasText: 'Cleo CCC' })
  await cleo.getByText('What it says').click()
  await cleo
    .locator('dd')
    .filter({ hasText: /^Cleo$/ })
    .waitFor()
  await window.picture('not-received')
  expect(await window.axe()).toEqual([])

  await office.editThere('t-cleo', { lastName: 'Costa' })
  await office.sync()
  await expect.poll(() => cleo.count()).toBe(0)
  await group.getByRole('button', { name: 'Discard…' }).first().click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('What registration sent of this record is given up').waitFor()
  expect(await dialog.textContent()).not.toContain('stays in Marshal')
  await dialog.getByRole('button', { name: 'Discard', exact: true }).click()
  await page.getByText('Nothing needs you').waitFor()
  // Header and badge follow the answer, not the next run.
  await expect.poll(() => page.getByText('records need attention').count()).toBe(0)
  await expect.poll(() => page.getByText(/Needs attention \(/).count()).toBe(0)
  const { records } = await office.site.engine.client.records.list({ entity: 'person' })
  expect(records.map(({ firstName }) => firstName)).toEqual(['Cleo'])
})
