import { expect, it } from 'vitest'
import { noParts } from '../../../../main/engine/targets/kit/resource.ts'
import { entries } from '../../../../main/engine/targets/example-system/mapping.ts'

// The conformance suite compares the mapping with itself; what the real system wants to read stands here.
it('says an entry with the names of its person and of the start group of its first place', () => {
  const person = { fields: { firstName: 'Ida', lastName: 'Berg' }, ...noParts }
  const group = { fields: { name: 'Wave A' }, ...noParts }
  const places = [{ fields: {}, one: { group }, many: {} }]
  const parts = { one: { person }, many: { places } }
  const fields = { number: '0012', category: 'W35', status: 'registered' }
  expect(entries.toRemote(fields, {}, parts)).toEqual({
    bib: '0012',
    category: 'W35',
    status: 'registered',
    firstName: 'Ida',
    lastName: 'Berg',
    startGroup: 'Wave A',
  })
})
