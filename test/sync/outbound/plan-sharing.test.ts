/** Who speaks for a record that several of ours are at a target, and who swaps what with whom. */
import { describe, expect, it } from 'vitest'
import {
  isOther,
  planSharing,
  untangle,
} from '../../../main/engine/sync/outbound/decide/plan-sharing.ts'
import type { Sharer } from '../../../main/engine/store/links/shared-records.ts'

const shared = { field: 'email', idOf: (value: string) => `id of ${value}` }

/** A person by her address now and the one the target has of her; `null` for none. */
function person(id: string, now: string | null, there: string | null = null, more = {}): Sharer {
  const record = {
    ...{ entity: 'person', id, fields: { email: now }, rowNo: 1, createdOn: 1, modifiedOn: 1 },
    ...{ createdBy: 'Eva', modifiedBy: 'Eva', deletedOn: null },
  } as unknown as Sharer['record']
  return {
    ...{ rowNo: id.codePointAt(0)!, recordId: id, record, busy: false },
    remoteId: there === null ? null : shared.idOf(there),
    agreed: there === null ? null : JSON.stringify({ email: there }),
    ...more,
  }
}
const deleted = (id: string, there: string): Sharer => {
  const one = person(id, there, there)
  return { ...one, record: { ...one.record, deletedOn: 2 } }
}

/** What becomes of the first of some people. */
function plan(due: Sharer, ...others: readonly Sharer[]) {
  const live = [due, ...others].filter(({ record }) => record.deletedOn === null)
  const now = due.record.deletedOn === null ? due.record.fields['email'] : null
  const id = typeof now === 'string' ? shared.idOf(now) : null
  const holder = [due, ...others].find(({ remoteId }) => remoteId !== null && remoteId === id)
  return planSharing(due, shared, { sharers: live, holder })
}
const swapsWith = (id: string) => ({
  kind: 'swaps',
  with: { rowNo: id.codePointAt(0), recordId: id },
})

describe('a record that shares nothing', () => {
  it('speaks for itself, also where it moves to what nobody has', () => {
    expect(plan(person('a', 'a@x'))).toEqual({ kind: 'speaks', of: ['a'] })
    expect(plan(person('a', 'new@x', 'a@x'))).toEqual({ kind: 'speaks', of: ['a'] })
    expect(plan(person('a', null, 'a@x'))).toEqual({ kind: 'nobody' })
  })
})

describe('values that change hands', () => {
  it('are left to whoever has none there', () => {
    expect(plan(person('a', 'new@x', 'a@x'), person('b', 'a@x'))).toEqual(swapsWith('b'))
    expect(plan(deleted('a', 'a@x'), person('b', 'a@x'))).toEqual(swapsWith('b'))
  })

  it('are taken from whoever has another one by now, or was deleted', () => {
    expect(plan(person('a', 'b@x', 'a@x'), person('b', 'c@x', 'b@x'))).toEqual(swapsWith('b'))
    expect(plan(person('a', 'b@x', 'a@x'), person('b', 'a@x', 'b@x'))).toEqual(swapsWith('b'))
    expect(plan(person('a', 'b@x', 'a@x'), deleted('b', 'b@x'))).toEqual(swapsWith('b'))
    expect(plan(person('a', 'b@x'), deleted('b', 'b@x'))).toEqual(swapsWith('b'))
  })

  it('are not taken from whoever still has them: then she speaks for both', () => {
    expect(plan(person('a', 'b@x', 'a@x'), person('b', 'b@x', 'b@x'))).toEqual({
      kind: 'shares',
      with: 'b',
    })
  })

  it('wait while the other one is being sent', () => {
    expect(plan(person('a', 'b@x', 'a@x'), person('b', 'c@x', 'b@x', { busy: true }))).toEqual({
      kind: 'waits',
    })
  })
})

describe('a value whose remote id they assign', () => {
  const { field } = shared
  const planned = (due: Sharer, others: readonly Sharer[], holder?: Sharer) =>
    planSharing(due, { field }, { sharers: [due, ...others], holder })

  it('belongs to whoever is linked, also where nothing is agreed', () => {
    const recovered = person('b', 'a@x', 'a@x', { agreed: null })
    expect(planned(person('a', 'a@x'), [recovered])).toEqual({ kind: 'shares', with: 'b' })
  })

  it('is taken from whoever had it there and leaves it', () => {
    const leaving = person('b', 'c@x', 'b@x')
    expect(planned(person('a', 'b@x', 'a@x'), [], leaving)).toEqual(swapsWith('b'))
    expect(planned(person('a', 'b@x', 'a@x'), [])).toEqual({ kind: 'speaks', of: ['a'] })
  })

  it('is another one than the target knows, or it is the same', () => {
    expect(isOther(person('a', 'a@x', 'a@x'), field)).toBe(false)
    expect(isOther(person('a', 'b@x', 'a@x'), field)).toBe(true)
    expect(isOther(person('a', 'a@x'), field)).toBe(true)
  })
})

describe('the steps of a page', () => {
  const step = (rowNo: number, swapsWith: number | null = null) => ({ due: { rowNo }, swapsWith })

  it('let each record take part in one swap, and in nothing else', () => {
    expect(untangle([step(1), step(2, 3), step(3, 4), step(4), step(5, 2), step(6)])).toEqual([
      ...[true, true, false, true, false, true],
    ])
    expect(untangle([step(2), step(1, 2)])).toEqual([false, true])
  })
})
