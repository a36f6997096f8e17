/** Mautic beside Marshal for a while: contacts, whatever becomes of those who are in it, and what only a person decides. */
import { describe, expect, it } from 'vitest'
import { ben, enter, ida } from '../support/mailing-office.ts'
import { office } from '../targets/mautic/office.ts'

describe('an entrant', () => {
  it('is a contact with her races as tags, whatever becomes of them', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const him = await at.set('person', ben)
    const { spring, entry } = await enter(at, her)
    await at.rest()
    const tags = async (email = ida.email) => (await at.site.contact(email)).tagNames
    expect(await tags()).toEqual(['Spring', 'Spring / Ten', 'Spring / Ten / Elite'])
    expect((await at.site.contact(ida.email)).fields.all).toMatchObject({
      ...{ firstname: 'Ida', lastname: 'Voss', email: 'ida@example.org' },
    })

    await at.site.amend(ida.email, { tags: ['VIP'] })
    await at.set('event', { name: 'Autumn' }, spring.id)
    await at.rest()
    expect(await tags()).toEqual(['Autumn', 'Autumn / Ten', 'Autumn / Ten / Elite', 'VIP'])

    await at.set('eventParticipant', { person: him.id }, entry.id)
    await at.set('person', { lastName: 'Voss-Lund', firstName: null }, her.id)
    await at.rest()
    expect(await tags()).toEqual(['VIP'])
    expect(await tags(ben.email)).toEqual(['Autumn', 'Autumn / Ten', 'Autumn / Ten / Elite'])
    expect((await at.site.contact(ida.email)).fields.all).toMatchObject({
      ...{ firstname: null, lastname: 'Voss-Lund' },
    })

    await at.set('eventParticipant', { status: 'withdrawn' }, entry.id)
    await at.rest()
    expect(await tags(ben.email)).toEqual([])
  })

  it('is in segments of her races where a person chose so', async () => {
    const at = await office({ tags: false, segments: true })
    const her = await at.set('person', ida)
    const { spring, entry } = await enter(at, her)
    await at.rest()
    const segments = async () => (await at.site.contact(ida.email)).segments
    expect(await segments()).toEqual(['Spring', 'Spring / Ten', 'Spring / Ten / Elite'])
    await at.set('event', { name: 'Autumn' }, spring.id)
    await at.rest()
    expect(await segments()).toEqual(['Autumn', 'Autumn / Ten', 'Autumn / Ten / Elite'])
    await at.client.records.remove({
      ...{ entity: 'eventParticipant', id: entry.id, withChildren: true },
    })
    await at.rest()
    expect(await segments()).toEqual([])
  })

  it('is tied to the company of her club, and to another one when she changes', async () => {
    const at = await office()
    const [other] = await at.site.loadCompanies([{ companyname: 'Müller & Söhne' }])
    const lund = await at.set('organisation', { name: 'TSV Lund' })
    const sons = await at.set('organisation', { name: 'Müller & Söhne' })
    const her = await at.set('person', { ...ida, organisation: lund.id })
    await at.rest()
    expect(await at.site.companies()).toHaveLength(2)
    const companyOf = async () => {
      const { company } = await at.site.contact(ida.email)
      const found = (await at.site.companies()).find(({ id }) => String(id) === company)
      return found?.fields.all['companyname'] ?? null
    }
    expect(await companyOf()).toBe('TSV Lund')
    await at.set('person', { organisation: sons.id }, her.id)
    await at.rest()
    expect((await at.site.contact(ida.email)).company).toBe(String(other))
    await at.set('person', { organisation: null }, her.id)
    await at.rest()
    expect(await companyOf()).toBeNull()
  })

  it('is one contact with all who share her address', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const mia = await at.set('person', { ...ida, firstName: 'Mia' })
    await enter(at, her)
    await enter(at, mia, ['Autumn', 'Half', 'Half'])
    await at.yes(her)
    await at.rest()
    const family = async () => {
      const [one, ...others] = await at.site.contacts()
      expect(others).toEqual([])
      return [one?.fields.all['firstname'], ...(one?.tagNames ?? [])]
    }
    const hers = ['Spring', 'Spring / Ten', 'Spring / Ten / Elite']
    expect(await family()).toEqual(['Ida', 'Autumn', 'Autumn / Half', ...hers])
    expect(await at.site.blocks(ida.email)).toEqual({})

    await at.yes(mia, { status: 'optedOut' })
    await at.rest()
    expect(await at.site.blocks(ida.email)).toEqual({ email: 3 })

    await at.client.records.remove({ entity: 'person', id: her.id, withChildren: true })
    await at.rest()
    expect(await family()).toEqual(['Mia', 'Autumn', 'Autumn / Half'])
    await at.client.records.remove({ entity: 'person', id: mia.id, withChildren: true })
    await at.rest()
    expect(await at.site.contacts()).toEqual([])
  })

  it('is made again where she was deleted or merged away there', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.rest()
    await at.site.remove(ida.email)
    await at.set('person', { firstName: 'Ida Maria' }, her.id)
    for (let run = 0; run < 3; run++) await at.sync()
    expect(await at.refusals()).toEqual([])
    expect((await at.site.contact(ida.email)).fields.all['firstname']).toBe('Ida Maria')
  })
})

describe('an address', () => {
  it('that another contact has is not sent: Mautic would merge the two and delete one', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const [id] = await at.site.load([{ email: 'voss@example.org', firstname: 'Old' }])
    await at.rest()
    await at.set('person', { email: 'voss@example.org' }, her.id)
    await at.sync()
    expect(await at.status()).toMatchObject({ state: 'attention', failed: 1 })
    expect(await at.refusals()).toEqual([
      expect.stringContaining(`Contact ${id} in Mautic has this e-mail address.`),
    ])
    expect(await at.site.contacts()).toHaveLength(2)
    await at.set('person', { email: 'i.voss@example.org' }, her.id)
    await at.rest()
    expect((await at.site.contact('i.voss@example.org')).fields.all['firstname']).toBe('Ida')
    expect((await at.site.contact('voss@example.org')).fields.all['firstname']).toBe('Old')
  })

  it('goes on to whoever has it now, with the contact behind it: nothing is merged or refused', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const him = await at.set('person', ben)
    await enter(at, her)
    await at.rest()
    const contact = async (email: string) => {
      const { id, fields, tagNames } = await at.site.contact(email)
      return [id, fields.all['firstname'], ...tagNames.slice(0, 1)]
    }
    const [[first], [second]] = [await contact(ida.email), await contact(ben.email)]

    await at.set('person', { email: 'new@example.org' }, him.id)
    await at.set('person', { email: ben.email }, her.id)
    await at.rest()
    expect(await contact(ben.email)).toEqual([second, 'Ida', 'Spring'])
    expect(await contact('new@example.org')).toEqual([first, 'Ben'])

    await at.set('person', { email: 'new@example.org' }, her.id)
    await at.set('person', { email: ben.email }, him.id)
    await at.rest()
    expect(await contact('new@example.org')).toEqual([first, 'Ida', 'Spring'])
    expect(await contact(ben.email)).toEqual([second, 'Ben'])

    await at.client.records.remove({ entity: 'person', id: him.id, withChildren: true })
    await at.set('person', { email: ben.email }, her.id)
    await at.rest()
    expect(await contact(ben.email)).toEqual([second, 'Ida', 'Spring'])
    expect(await at.site.contacts()).toHaveLength(1)
  })
})

describe('a row that is refused', () => {
  it('is shown with the words about its fields, and the others of the batch go', async () => {
    const at = await office()
    await at.site.turn({ unique: ['email'] })
    const long = 'x'.repeat(195)
    await at.set('person', ida)
    const him = await at.set('person', { ...ben, lastName: long })
    await at.sync()
    expect(await at.site.contacts()).toHaveLength(1)
    expect(await at.refusals()).toEqual([
      expect.stringContaining('lastname: This value is too long.'),
    ])
    await at.set('person', { lastName: 'Okafor' }, him.id)
    await at.rest()
    expect(await at.site.contacts()).toHaveLength(2)
  })
})
