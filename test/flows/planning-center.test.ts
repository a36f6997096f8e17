/** Planning Center beside Marshal for a while: people with what belongs to them, whatever becomes of either. */
import { describe, expect, it } from 'vitest'
import {
  webhookJson,
  type PlanningCenterWebhook,
} from '../../main/stand-ins/planning-center/webhooks.ts'
import { mailingOffice } from '../support/mailing-office.ts'
import { startTestEngine } from '../support/test-engine.ts'
import { planningCenterTarget } from '../targets/planning-center/target.ts'

const ida = { firstName: 'Ida', lastName: 'Voss', email: 'ida@example.org' }

const office = (config: Readonly<Record<string, unknown>> = {}) =>
  mailingOffice(planningCenterTarget, { config: { mode: 'mirror', ...config } })

describe('a person', () => {
  it('comes in with what belongs to the person and the campus, and goes back as corrected here', async () => {
    const at = await office()
    const [campus = ''] = await at.server.loadCampuses([{ name: 'North' }])
    await at.server.load([
      {
        ...{ first_name: 'Ida', last_name: 'Voss', primary_campus_id: campus },
        emails: [{ address: ida.email, primary: true }],
        phone_numbers: [{ number: '+4915112345678', primary: true }],
        addresses: [{ street_line_1: 'Torvet 1', city: 'Lund', country_code: 'SE' }],
      },
    ])
    await at.rest()
    const [person] = await at.all('person')
    const [north] = await at.all('organisation')
    expect(person).toMatchObject({
      ...{ ...ida, phone: '+4915112345678', city: 'Lund', organisation: north!.id },
    })
    await at.set('person', { email: 'voss@example.org', city: 'Malmö' }, person!.id)
    await at.rest()
    expect(await at.server.belongings('Voss', 'Email')).toMatchObject([
      { attributes: { address: 'voss@example.org' } },
    ])
    expect(await at.server.belongings('Voss', 'Address')).toMatchObject([
      { attributes: { city: 'Malmö', street_line_1: 'Torvet 1' } },
    ])
  })

  it('made here whose e-mail address is refused is there once, and whole once it is mended', async () => {
    const at = await office()
    await at.server.fault({
      match: { method: 'POST', pathPattern: 'emails' },
      action: { kind: 'answer', status: 422, body: { errors: [{ detail: 'Address is odd' }] } },
      times: 1,
    })
    const person = await at.set('person', { ...ida, phone: '+4915112345678' })
    await at.sync()
    expect(await at.status()).toMatchObject({ failed: 1, pending: 0 })
    const { failures } = await at.client.failures.list({ limit: 10 })
    expect(failures.map(({ message }) => message)).toEqual(['emails: Address is odd'])
    await at.sync()
    expect(await at.all('person')).toMatchObject([{ email: ida.email }])

    const before = (await at.server.log()).length
    await at.set('person', { email: 'voss@example.org' }, person.id)
    await at.sync()
    const writes = (await at.server.log())
      .slice(before)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`)
    expect(writes).toEqual(['POST /people/v2/people/1/emails'])
    await at.rest()
    expect(await at.server.people()).toHaveLength(1)
  })

  it('made here whose e-mail address was taken without an answer has it once', async () => {
    const at = await office()
    await at.server.fault({
      match: { method: 'POST', pathPattern: 'emails' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    await at.set('person', ida)
    await at.sync()
    await at.rest()
    expect(await at.server.belongings('Voss', 'Email')).toHaveLength(1)
  })

  it('whose creation was not answered is there once', async () => {
    const at = await office()
    await at.server.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    await at.set('person', ida)
    await at.sync()
    await at.rest()
    expect(await at.server.people()).toHaveLength(1)
    expect(await at.server.belongings('Voss', 'Email')).toHaveLength(1)
  })

  it('merged into another one there is one here', async () => {
    const at = await office()
    const [keep = '', gone = ''] = await at.server.load([
      { first_name: 'Ida', last_name: 'Voss' },
      { first_name: 'Ida', last_name: 'Lund' },
    ])
    await at.rest()
    await at.server.merge(keep, gone)
    await at.sync()
    const people = await at.all('person')
    expect(people.map((one) => one['lastName'])).toContain('Voss')
    await at.sync({ kind: 'reconcile' })
    expect(await at.server.people()).toHaveLength(1)
  })

  it('that is inactive there is deleted here, and one deleted here becomes inactive there', async () => {
    const at = await office({ remoteDeletion: 'delete' })
    const [first = ''] = await at.server.load([{ last_name: 'Voss' }, { last_name: 'Okafor' }])
    await at.rest()
    await at.server.edit('Person', first, { status: 'inactive' })
    await at.rest()
    const [ben, ...others] = await at.all('person')
    expect([ben!['lastName'], others]).toEqual(['Okafor', []])
    await at.client.records.remove({ entity: 'person', id: ben!.id, withChildren: true })
    await at.rest()
    expect((await at.server.person('Okafor')).data.attributes['status']).toBe('inactive')
    expect(await at.all('person')).toEqual([])
  })
})

/** With webhooks, and nothing that asks by the clock. */
async function hooked() {
  const hookSecret = 'hook-secret'
  const at = await startTestEngine({
    target: planningCenterTarget,
    schedule: true,
    config: {
      ...{ mode: 'mirror', remoteDeletion: 'delete', secrets: { webhookSecret: hookSecret } },
      schedule: { delta: null, reconcile: null },
    },
  })
  // The schedule has had its look at a new target: what follows comes of webhooks alone.
  await at.passTime(async () => {
    const { runs } = await at.client.sync.runs({ limit: 5 })
    return runs.some(({ trigger, endedOn }) => trigger === 'schedule' && endedOn !== null)
  })
  return Object.assign(at, {
    people: async () => (await at.client.records.list({ entity: 'person' })).records,
    async hear(webhook: Omit<PlanningCenterWebhook, 'signedWith' | 'id'>) {
      const { headers, text } = webhookJson({ ...webhook, id: 'd-1', signedWith: hookSecret })
      const body = new TextEncoder().encode(text)
      const { status } = await at.engine.receiveWebhook('timing', { headers, query: {}, body })
      return status
    },
  })
}

describe('a webhook', () => {
  it('about an e-mail address brings the person, and is answered 200 also while the target rests', async () => {
    const at = await hooked()
    const [id = ''] = await at.server.load([{ last_name: 'Voss' }])
    await at.sync()
    const email = await at.server.add('Email', id, { address: ida.email, primary: true })
    await at.client.targets.pause({ name: 'timing' })
    expect(await at.hear({ event: 'email.created', about: email, person: id })).toBe(200)
    await at.client.targets.resume({ name: 'timing' })
    await at.passTime(async () => (await at.people())[0]!['email'] === ida.email)
  })

  it('about two who were merged lets the link follow: nobody is deleted here for it', async () => {
    const at = await hooked()
    const [gone = ''] = await at.server.load([{ first_name: 'Ida', last_name: 'Voss' }])
    await at.sync()
    const [person] = await at.people()
    const [keep = ''] = await at.server.load([{ first_name: 'Ida', last_name: 'Lund' }])
    await at.server.merge(keep, gone)
    const before = (await at.server.log()).length
    const merged = { keep, remove: gone }
    expect(await at.hear({ event: 'person_merger.created', about: '1', merged })).toBe(200)
    await at.passTime(async () => (await at.people())[0]?.['lastName'] === 'Lund')
    expect(await at.people()).toMatchObject([{ id: person!.id }])
    const asked = (await at.server.log()).slice(before).map(({ path }) => path.split('?')[0])
    expect(asked).not.toContain('/people/v2/people')
  })
})
