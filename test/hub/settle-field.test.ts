import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { settleField, settleTogether } from '../../main/engine/hub/decide/settle-field.ts'

interface Row {
  readonly what: string
  readonly entity: EntityName
  readonly field: string
  readonly hub: FieldValue
  readonly desk: FieldValue
  readonly stands: FieldValue
  readonly why: 'rule' | 'person'
}

const rows: readonly Row[] = [
  {
    ...{ what: 'the further status stands', entity: 'eventParticipant', field: 'status' },
    hub: 'registered',
    desk: 'checkedIn',
    stands: 'checkedIn',
    why: 'rule',
  },
  {
    ...{ what: 'a status never goes back', entity: 'eventParticipant', field: 'status' },
    hub: 'started',
    desk: 'checkedIn',
    stands: 'started',
    why: 'rule',
  },
  {
    ...{ what: 'who did not start is asked about', entity: 'eventParticipant', field: 'status' },
    hub: 'checkedIn',
    desk: 'dns',
    stands: 'checkedIn',
    why: 'person',
  },
  {
    ...{
      what: 'a withdrawal against a check-in is asked about',
      entity: 'eventParticipant',
      field: 'status',
    },
    hub: 'withdrawn',
    desk: 'checkedIn',
    stands: 'withdrawn',
    why: 'person',
  },
  {
    ...{ what: 'who paid has paid', entity: 'eventParticipant', field: 'paid' },
    hub: false,
    desk: true,
    stands: true,
    why: 'rule',
  },
  {
    ...{ what: 'who paid has paid, whoever said so', entity: 'eventParticipant', field: 'paid' },
    hub: true,
    desk: false,
    stands: true,
    why: 'rule',
  },
  {
    ...{ what: 'both notes are kept', entity: 'eventParticipant', field: 'notes' },
    hub: 'Knee',
    desk: 'Vegan',
    stands: 'Knee\nMaria @ Desk 2: Vegan',
    why: 'rule',
  },
  {
    ...{
      what: 'a note that has the other in it is kept once',
      entity: 'eventParticipant',
      field: 'notes',
    },
    hub: 'Knee',
    desk: 'Knee, left',
    stands: 'Knee, left',
    why: 'rule',
  },
  {
    ...{
      what: 'a note is kept whose letters only stand inside the other',
      entity: 'eventParticipant',
      field: 'notes',
    },
    hub: 'not paid, will pay',
    desk: 'paid',
    stands: 'not paid, will pay\nMaria @ Desk 2: paid',
    why: 'rule',
  },
  {
    ...{
      what: 'a note that was taken already is not taken again',
      entity: 'eventParticipant',
      field: 'notes',
    },
    hub: 'Knee\nMaria @ Desk 2: Vegan\nLate',
    desk: 'Vegan',
    stands: 'Knee\nMaria @ Desk 2: Vegan\nLate',
    why: 'rule',
  },
  {
    ...{
      what: 'a name stays as the hub has it, and is asked about',
      entity: 'person',
      field: 'lastName',
    },
    hub: 'Maier',
    desk: 'Meyer',
    stands: 'Maier',
    why: 'person',
  },
  {
    ...{ what: 'a birth date stays as the hub has it', entity: 'person', field: 'dateOfBirth' },
    hub: '1990-01-01',
    desk: '1991-01-01',
    stands: '1990-01-01',
    why: 'person',
  },
  {
    ...{
      what: 'a bib of the same entrant stays as the hub has it',
      entity: 'eventParticipant',
      field: 'number',
    },
    hub: '12',
    desk: '13',
    stands: '12',
    why: 'person',
  },
]

describe('a field that was changed at the hub and at a desk', () => {
  it.each(rows)('$what', ({ entity, field, hub, desk, stands, why }) => {
    const by = 'Maria @ Desk 2'
    expect(settleField({ entity, field, hub, desk, by })).toEqual({ value: stands, why })
  })

  it.each([
    ['2026-05-03T07:00:00.000Z', '2026-05-03T06:59:59.000Z', 'desk'],
    ['2026-05-03T06:00:00.000Z', '2026-05-03T06:59:59.000Z', 'hub'],
  ] as const)('the earlier check-in stands with who made it (%s, %s)', (here, there, side) => {
    expect(
      settleTogether('eventParticipant', { checkedInOn: here }, { checkedInOn: there }),
    ).toEqual({ fields: ['checkedInOn', 'checkedInBy'], side })
  })

  it.each([
    ['optedIn', 'optedOut', 'desk'],
    ['optedOut', 'optedIn', 'hub'],
  ] as const)('a withdrawal of consent stands (%s, %s)', (here, there, side) => {
    const settled = settleTogether('contactPreference', { status: here }, { status: there })
    expect(settled?.side).toBe(side)
  })
})
