/** Chatwoot tells Marshal what happens there, also what Marshal did itself, over a real wire. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { ida, mailingOffice } from '../support/mailing-office.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'

/** What the first webhook of an account is signed with. */
const secret = 'hook-secret-1'
const events = [
  ...['contact_created', 'contact_updated', 'conversation_created', 'conversation_updated'],
  ...['conversation_status_changed', 'message_created'],
]

interface Heard {
  readonly delivery: string
  readonly status: number
}

/** Marshal with Chatwoot as a target that sends it webhooks. `busy` answers 503 so many times, after taking it in. */
async function hooked(busy = 0) {
  const at = await mailingOffice(chatwootTarget, {
    secrets: { webhookSecret: secret },
    reads: /\/filter\b/,
  })
  const heard: Heard[] = []
  let left = busy
  const door = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const headers = request.headers as Record<string, string>
      const webhook = { headers, query: {}, body: Buffer.concat(parts) }
      void at.engine.receiveWebhook('timing', webhook).then(({ status }) => {
        heard.push({ delivery: String(headers['x-chatwoot-delivery']), status })
        response.writeHead(left-- > 0 ? 503 : status).end()
      })
    })
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  onTestFinished(() => void door.close())
  const { port } = door.address() as AddressInfo
  await at.sync()
  expect(await at.server.hook(`http://127.0.0.1:${port}/hooks/timing`, events)).toBe(secret)
  return Object.assign(at, { heard })
}

it('brings an edit of a contact at once, and what Marshal wrote itself is no news', async () => {
  const at = await hooked()
  const her = await at.set('person', ida)
  await at.rest()
  await at.server.told()
  expect(at.heard).toMatchObject([{ status: 200 }])
  const echo = await at.sync()
  expect(echo.inbound).toMatchObject({ created: 0, updated: 0, conflicts: 0 })

  const { id } = await at.server.contact('Ida Voss')
  await at.server.amend(id, { phone_number: '+46701234567' })
  await at.server.told()
  const { inbound, outbound } = await at.sync()
  expect(inbound).toMatchObject({ updated: 1 })
  expect(outbound).toMatchObject({ updated: 0 })
  expect((await at.all('person'))[0]).toMatchObject({ id: her.id, phone: '+46701234567' })

  await at.set('person', { lastName: 'Lund' }, her.id)
  await at.rest()
  await at.server.told()
  expect(at.heard).toHaveLength(3)
  await at.rest()
  expect((await at.all('person'))[0]).toMatchObject({ lastName: 'Lund' })
})

it('is taken once, though it is sent three times with signatures of their own', async () => {
  const at = await hooked(2)
  await at.server.turn({ tries: 3 })
  await at.set('person', ida)
  await at.sync()
  await at.server.told()
  expect(at.heard.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(new Set(at.heard.map(({ delivery }) => delivery)).size).toBe(1)
  const { id } = await at.server.contact('Ida Voss')
  const before = (await at.server.log()).length
  await at.sync()
  const asked = (await at.server.log()).slice(before)
  expect(asked.filter(({ path }) => path.endsWith(`/contacts/${id}`))).toHaveLength(1)
})

it('brings a question, its answer and its end', async () => {
  const at = await hooked()
  await at.set('person', ida)
  await at.sync()
  const { id: contactId } = await at.server.contact('Ida Voss')
  const { id } = await at.server.begin({ contactId, subject: 'Bib' })
  await at.server.say(id, { content: 'Where is it?', message_type: 'incoming' })
  await at.server.say(id, { content: 'She is a VIP', private: true })
  await at.server.say(id, { content: 'In the tent.' })
  await at.server.resolve(id)
  await at.server.told()
  await at.sync()
  expect(await at.all('conversation')).toMatchObject([{ subject: 'Bib', status: 'resolved' }])
  const bodies = (await at.all('message')).map(({ body }) => body)
  expect(bodies.toSorted()).toEqual(['In the tent.', 'Where is it?'])
})

it('that got lost is made good by the complete comparison', async () => {
  const at = await hooked()
  await at.server.chatwootClock(1_777_000_000)
  await at.set('person', ida)
  await at.rest()
  // Who was made last is looked at in each run.
  await at.server.chatwootClock(1_777_000_100)
  await at.server.load([{ name: 'Somebody Later', email: 'later@example.org' }])
  await at.sync()
  await at.server.turn({ drops: true })
  const { id } = await at.server.contact('Ida Voss')
  await at.server.amend(id, { name: 'Ida Lund' })
  await at.sync()
  expect((await at.all('person'))[0]).toMatchObject({ lastName: 'Voss' })
  await at.sync({ kind: 'reconcile' })
  expect((await at.all('person'))[0]).toMatchObject({ lastName: 'Lund' })
})
