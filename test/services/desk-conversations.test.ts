/** What is open with the support, as the card of an entrant asks for it. */
import { expect, it } from 'vitest'
import { enter, ida, mailingOffice } from '../support/mailing-office.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'

it('is what is not settled, the newest first, with its last message and the address it is answered at', async () => {
  const at = await mailingOffice(chatwootTarget)
  const her = await at.set('person', ida)
  const { entry } = await enter(at, her)
  const open = () => at.client.desk.conversations({ id: entry.id })
  await at.sync()
  expect(await open()).toEqual({ targets: ['timing'], conversations: [] })

  const { id: contactId } = await at.server.contact('Ida Voss')
  const begin = async (seconds: number, subject: string | null, content: string) => {
    await at.server.chatwootClock(seconds)
    return (await at.server.begin({ contactId, subject, messages: [{ content }] })).id
  }
  const bib = await begin(1_777_000_000, 'Bib', 'Where is my bib?')
  await begin(1_777_000_100, null, 'Can I start later?')
  const settled = await begin(1_777_000_200, 'Invoice', 'Thanks')
  await at.server.resolve(settled)
  await at.server.chatwootClock(1_777_000_300)
  await at.server.say(bib, { content: 'In the tent.', author: 'Kim' })
  await at.server.say(bib, { content: 'Ask Kim', private: true })
  await at.sync()
  const url = at.server.url
  expect((await open()).conversations).toMatchObject([
    {
      ...{ target: 'timing', subject: 'Bib', status: 'open' },
      lastActivityOn: '2026-04-24T03:11:40Z',
      lastMessage: { body: 'In the tent.', author: 'Kim', direction: 'outbound' },
      url: `${url}/app/accounts/1/conversations/${bib}`,
    },
    { subject: null, lastMessage: { body: 'Can I start later?', direction: 'inbound' } },
  ])

  // Deleted there, nobody can open it any more.
  await at.server.drop(bib)
  await at.sync({ kind: 'reconcile' })
  expect((await open()).conversations).toMatchObject([{ subject: null }])
  // Nobody is asked about it.
  expect(await at.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
})
