/** Withdrawals in numbers: every conflict rule, more at once than other changes may be, and both kinds of second targets. */
import { expect, it, onTestFinished } from 'vitest'
import type { ConflictRule } from '../../main/contract/words.ts'
import { office, type Office } from '../targets/mailchimp/office.ts'
import { audienceId, startMailchimp, type MailchimpStandIn } from '../targets/mailchimp/stand-in.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'

/** More than may be changed at once by what comes from another system. */
const many = 22
const addresses = Array.from({ length: many + 2 }, (_, n) => `p${n}@example.org`)

/** Two more systems that hear of consents: records of their own, and another audience. */
async function others(at: Office) {
  const records = await startMockSync()
  const list = await startMailchimp()
  onTestFinished(async () => {
    await records.stop()
    await list.stop()
  })
  const schedule = { delta: null, reconcile: null }
  const own = { name: 'records', adapter: 'mock-sync-server', url: records.url, schedule }
  await at.client.targets.add({ config: own })
  await at.secrets.set('second', 'apiKey', 'stand-in-key')
  const second = { name: 'second', adapter: 'mailchimp', url: list.url, schedule }
  await at.client.targets.add({ config: { ...second, settings: { audience: audienceId } } })
  return { records, list }
}

const timestamp = '2026-04-26T05:00:00.000Z'

/** How many members are in each state. */
async function states(list: MailchimpStandIn) {
  const found = Map.groupBy(await list.members(), ({ status }) => status)
  return Object.fromEntries([...found].map(([status, { length }]) => [status, length]))
}

it.each<ConflictRule>(['master-wins', 'latest-wins', 'merge-fields', 'review'])(
  'withdrawals arrive and travel on in one run each under %s',
  async (conflicts) => {
    const at = await office({}, {}, { conflicts })
    // They came from a list of another system, and nobody typed them here.
    const { records, list } = await others(at)
    await records.put(
      addresses.flatMap((email, n) => [
        {
          ...{ id: `p${n}`, entity: 'person', timestamp },
          firstName: 'P',
          lastName: `${n}`,
          email,
        },
        {
          ...{ id: `c${n}`, entity: 'contactPreference', timestamp, person: `p${n}` },
          ...{ channel: 'email', topic: 'newsletter', status: n === 0 ? 'unknown' : 'optedIn' },
        },
      ]),
    )
    await at.sync({}, 'records')
    expect(await at.all('contactPreference')).toHaveLength(addresses.length)
    await at.sync()
    await at.sync({}, 'second')
    await at.rest()
    expect(await states(at.list)).toEqual({ subscribed: many + 1, transactional: 1 })

    for (const email of addresses.slice(0, many)) await at.list.herself(email, 'unsubscribe')
    // Typed after she unsubscribed, and before anybody here knew of that.
    const first = (await at.all('contactPreference')).find(({ status }) => status === 'unknown')!
    await at.set('contactPreference', { status: 'optedIn' }, first.id)
    const run = await at.sync()
    expect(run).toMatchObject({ result: 'success', guard: null })
    const here = async () =>
      (await at.all('contactPreference')).filter(({ status }) => status === 'optedOut').length
    expect(await here()).toBe(many)
    for (const target of ['records', 'second'])
      expect(await at.sync({}, target), target).toMatchObject({ result: 'success', guard: null })
    const there = async () =>
      (await records.records()).filter(({ status }) => status === 'optedOut').length
    expect(await there()).toBe(many)
    expect(await states(list)).toEqual({ unsubscribed: many, subscribed: 2 })

    // They stay, whatever is looked at again.
    for (const kind of ['delta', 'reconcile'] as const)
      for (const target of ['timing', 'records', 'second']) await at.sync({ kind }, target)
    await at.rest()
    expect([await here(), await there()]).toEqual([many, many])
    expect(await states(at.list)).toEqual({ unsubscribed: many, subscribed: 2 })
  },
)

it('what is typed here of persons from another system is no change nobody made', async () => {
  const at = await office()
  const { records } = await others(at)
  await records.put(
    addresses.map((email, n) => ({
      ...{ id: `p${n}`, entity: 'person', timestamp, firstName: 'P', lastName: `${n}`, email },
    })),
  )
  await at.sync({}, 'records')
  await at.rest()
  for (const person of await at.all('person')) await at.yes(person)
  expect(await at.sync()).toMatchObject({ guard: null, outbound: { updated: addresses.length } })
})
