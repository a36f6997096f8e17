import { describe, expect, it } from 'vitest'
import { marshal } from '../../main/engine/targets/marshal/adapter.ts'
import { withoutUnticked } from '../../main/engine/targets/kit/sensitive.ts'

const bindingOf = (entity: string) =>
  marshal.manifest.bindings.find((binding) => binding.entity === entity)!
const kept = (
  entity: string,
  body: Readonly<Record<string, unknown>>,
  mapping: readonly { readonly ours: string; readonly theirs: string }[] = [],
) => withoutUnticked({ sensitive: [], mapping: [...mapping] }, bindingOf(entity), body)

describe('what arrived without what does not travel', () => {
  it('has no sensitive own value, mapped or not', () => {
    const body = { number: '7', ownSensitive_diet: 'Nuts' }
    expect(kept('eventParticipant', body)).toEqual({ number: '7' })
    const row = { ours: 'eventParticipant.ownSensitive_diet', theirs: 'food' }
    expect(kept('eventParticipant', { number: '7', food: 'Nuts' }, [row])).toEqual({ number: '7' })
  })

  it('is about its own kind of record: the place of another kind keeps nothing', () => {
    const rows = [{ ours: 'eventParticipant.notes', theirs: 'medicalConditions' }]
    const body = { lastName: 'Kip', medicalConditions: 'asthma' }
    expect(kept('person', body, rows)).toEqual({ lastName: 'Kip' })
  })
})
