/** Our records in the words of Example System, and back. Pure. An entry there is three of ours: entry, person, start group. */
import { many, one } from '../kit/resource.ts'
import { shaped } from '../kit/shape.ts'

export const entries = shaped({
  root: 'eventParticipant',
  parts: {
    person: one('person'),
    places: many('startGroupParticipant', { parts: { group: one('startGroup') } }),
  },
  remoteName: 'entries',
  direction: 'outbound',
  changes: 'listing',
  deletion: 'delete',
  fields: [{ name: 'number', at: 'bib' }, 'category', 'status'],
  derived: (_fields, { one: { person }, many: { places = [] } }) => ({
    firstName: person?.fields['firstName'] ?? null,
    lastName: person?.fields['lastName'] ?? null,
    startGroup: places[0]?.one['group']?.fields['name'] ?? null,
  }),
})
