/** Who unsubscribes from a mailing list is not written to by marketing either, one run later and for good. */
import { expect, it, onTestFinished } from 'vitest'
import type { ConflictRule } from '../../main/contract/words.ts'
import { office } from '../targets/mailchimp/office.ts'
import { mauticTarget } from '../targets/mautic/target.ts'
import { targetConfig } from '../support/test-target.ts'

/** More than may be changed at once by what comes from another system. */
const many = 22

it.each<ConflictRule>(['master-wins', 'latest-wins', 'merge-fields', 'review'])(
  'withdrawals at Mailchimp are withdrawals at Mautic under %s',
  async (conflicts) => {
    const at = await office({}, {}, { conflicts })
    const marketing = await mauticTarget.standIn()
    onTestFinished(() => marketing.stop())
    for (const [key, value] of Object.entries(mauticTarget.secrets))
      await at.secrets.set('marketing', key, value)
    const config = { ...targetConfig(mauticTarget, marketing.url), name: 'marketing', conflicts }
    await at.client.targets.add({ config })
    const addresses = Array.from({ length: many + 2 }, (_, n) => `p${n}@example.org`)
    for (const [n, email] of addresses.entries())
      await at.yes(await at.set('person', { firstName: 'P', lastName: `${n}`, email }))
    await at.rest()
    await at.sync({}, 'marketing')
    await at.sync({}, 'marketing')

    for (const email of addresses.slice(0, many)) await at.list.herself(email, 'unsubscribe')
    expect(await at.sync()).toMatchObject({ result: 'success', guard: null })
    expect(await at.sync({}, 'marketing')).toMatchObject({ result: 'success', guard: null })
    const blocked = async () =>
      (await marketing.contacts()).filter(({ doNotContact }) =>
        doNotContact.some(({ channel }) => channel === 'email'),
      ).length
    const here = async () =>
      (await at.all('contactPreference')).filter(({ status }) => status === 'optedOut').length
    expect([await here(), await blocked()]).toEqual([many, many])

    // They stay, whatever is looked at again.
    for (const kind of ['delta', 'reconcile', 'delta'] as const)
      for (const target of ['timing', 'marketing']) await at.sync({ kind }, target)
    expect([await here(), await blocked()]).toEqual([many, many])
    expect((await at.list.members()).filter(({ status }) => status === 'unsubscribed').length).toBe(
      many,
    )
  },
)
