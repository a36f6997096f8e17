import { expect, it } from 'vitest'
import { agreedPerson, editThere, start } from '../targets/mock-sync-server/at-mock-sync.ts'

it('a conflict says of each field who changed it here and when, not who changed the record last', async () => {
  const marshal = await start({ config: { conflicts: 'merge-fields' } })
  const { client } = marshal
  const agreed = { firstName: 'Ana', lastName: 'Silva', city: 'Braga', phone: '+351911111111' }
  const id = await agreedPerson(marshal, agreed)
  await client.settings.set({ operatorName: 'Maria' })
  await marshal.set('person', { city: 'Porto', phone: '+351912222222' }, id)
  await editThere(marshal, id, { city: 'Lisboa', phone: '+351913333333' }, 60)
  await marshal.sync()
  await client.settings.set({ operatorName: 'Joan' })
  await marshal.set('person', { city: 'Faro' }, id)
  await client.settings.set({ operatorName: 'Somebody' })
  await marshal.set('person', { firstName: 'Anna' }, id)
  const { entries } = await client.records.history({ entity: 'person', id })
  const [, faro, first] = entries.filter(({ origin }) => origin === 'operator')
  const [conflict] = (await client.conflicts.list({})).conflicts
  expect(conflict!.fields).toMatchObject([
    { field: 'phone', oursChangedBy: 'Maria', oursChangedOn: first!.on },
    { field: 'city', oursChangedBy: 'Joan', oursChangedOn: faro!.on },
  ])
})
