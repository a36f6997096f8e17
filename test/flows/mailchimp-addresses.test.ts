/** Addresses that change hands: whose the member is afterwards, and who may be archived for it. */
import { describe, expect, it } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import { ben, enter, ida } from '../support/mailing-office.ts'
import { office, type Office } from '../targets/mailchimp/office.ts'

/** Everybody who is not archived, as `address name state tags`. */
async function members(at: Office): Promise<readonly string[]> {
  const all = await at.list.members()
  return all
    .map(({ email_address: email, status, merge_fields: { FNAME }, tags }) =>
      [email, FNAME, status, ...tags.toSorted()].join(' '),
    )
    .toSorted()
}

const address = (at: Office, person: RecordView, email: string | null) =>
  at.set('person', { email }, person.id)

describe('addresses', () => {
  it('that two swap are theirs, and nobody is archived', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const him = await at.set('person', ben)
    await enter(at, her)
    await enter(at, him, ['Autumn', 'Half', 'Half'])
    await at.yes(her)
    await at.rest()
    await address(at, her, 'third@example.org')
    await address(at, him, ida.email)
    await address(at, her, ben.email)
    await at.rest()
    expect(await members(at)).toEqual([
      'ben@example.org Ida subscribed Spring Spring / Ten Spring / Ten / Elite',
      'ida@example.org Ben subscribed Autumn Autumn / Half',
    ])
    expect(await at.list.everybody()).toHaveLength(2)
  })

  it('of a family, of whom one swaps with somebody else, stay one member each', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.set('person', { ...ida, firstName: 'Mia' })
    const him = await at.set('person', ben)
    await at.yes(her)
    await at.rest()
    await address(at, her, ben.email)
    await address(at, him, ida.email)
    await at.rest()
    expect(await members(at)).toEqual([
      'ben@example.org Ida subscribed',
      'ida@example.org Mia subscribed',
    ])
    expect(await at.list.everybody()).toHaveLength(2)
  })

  it('that move on by one, in any order, archive nobody', async () => {
    for (const backwards of [false, true]) {
      const at = await office()
      const names = ['A', 'B', 'C', 'D', 'E']
      const people: RecordView[] = []
      for (const name of backwards ? names.toReversed() : names) {
        people.push(
          await at.set('person', {
            firstName: name,
            lastName: 'X',
            email: `${name.toLowerCase()}@example.org`,
          }),
        )
      }
      await at.rest()
      const next = (name: string) => String.fromCodePoint(name.codePointAt(0)! + 1).toLowerCase()
      for (const person of people.toReversed())
        await address(at, person, `${next(String(person['firstName']))}@example.org`)
      await at.rest()
      expect(await members(at)).toEqual(
        names.map((name) => `${next(name)}@example.org ${name} transactional`),
      )
      expect(await at.list.everybody()).toHaveLength(names.length)
      await at.close()
    }
  })

  it('of somebody deleted, given to another one in the same run, stay in the audience', async () => {
    for (const older of [true, false]) {
      const at = await office()
      const [first, second] = [await at.set('person', ida), await at.set('person', ben)]
      const [stays, leaves] = older ? [first, second] : [second, first]
      const wanted = String(leaves['email'])
      await at.rest()
      await at.client.records.remove({ entity: 'person', id: leaves.id, withChildren: true })
      await address(at, stays, wanted)
      await at.rest()
      expect(await members(at)).toEqual([`${wanted} ${String(stays['firstName'])} transactional`])
      await at.close()
    }
  })

  it('that somebody leaves go to one who had none, whoever was here first', async () => {
    const at = await office()
    const tom = await at.set('person', { firstName: 'Tom', lastName: 'Berg' })
    const her = await at.set('person', ida)
    await at.rest()
    await address(at, her, 'voss@example.org')
    await address(at, tom, ida.email)
    await at.rest()
    expect(await members(at)).toEqual([
      'ida@example.org Tom transactional',
      'voss@example.org Ida transactional',
    ])
  })

  it('that were archived are in the audience again once somebody else has them', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const him = await at.set('person', ben)
    await at.rest()
    await at.remove('person', her.id)
    await at.rest()
    await address(at, him, ida.email)
    await at.rest()
    expect(await members(at)).toEqual(['ida@example.org Ben transactional'])
  })

  it('that were somebody else’s in the audience get all tags', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await enter(at, her)
    await at.rest()
    await at.list.load([{ email_address: 'taken@example.org' }])
    await address(at, her, 'taken@example.org')
    await at.rest()
    expect(await members(at)).toEqual([
      'taken@example.org Ida subscribed Spring Spring / Ten Spring / Ten / Elite',
    ])
  })

  it('given back after a deletion bring no tags of races nobody is in', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await enter(at, her)
    await at.rest()
    await at.client.records.remove({ entity: 'person', id: her.id, withChildren: true })
    await at.rest()
    await at.set('person', ida)
    await at.rest()
    expect(await members(at)).toEqual(['ida@example.org Ida transactional'])
  })

  it('cleared for many at once wait for a person', async () => {
    const at = await office()
    const people: RecordView[] = []
    for (let n = 0; n < 25; n++)
      people.push(
        await at.set('person', { firstName: 'P', lastName: `${n}`, email: `p${n}@x.org` }),
      )
    await at.rest()
    for (const person of people.slice(0, 21)) await address(at, person, null)
    const run = await at.sync()
    expect(await at.list.members()).toHaveLength(25)
    expect(run.guard).toMatchObject({ code: 'delete-there', planned: 21 })
    await at.sync({ allowMassChange: true })
    expect(await at.list.members()).toHaveLength(4)
  })
})
