import { describe, expect, it } from 'vitest'
import { heardOf } from '../../renderer/pages/desk/conversation-doubts.ts'

const on = '2026-05-03T05:00:00Z'
const fine = { state: 'up-to-date', lastError: null, lastSuccessOn: on } as const

describe('What is shown of a support system', () => {
  it('is of now where it answered, and the window hears of states', () => {
    expect(heardOf(fine, true)).toEqual({ is: 'now' })
    expect(heardOf({ ...fine, state: 'attention' }, true)).toEqual({ is: 'now' })
  })

  it('is as old as its last good run where it is paused, silent, not looked at since the start, or the window hears nothing', () => {
    const last = { is: 'last', on }
    for (const state of ['paused', 'waiting', 'unknown'] as const)
      expect(heardOf({ ...fine, state }, true), state).toEqual(last)
    expect(heardOf(fine, false)).toEqual(last)
    const lastError = { code: 'offline', message: 'No answer.' } as never
    expect(heardOf({ ...fine, lastError }, true)).toEqual(last)
  })

  it('says nothing where it never came, whatever the state', () => {
    for (const state of ['up-to-date', 'receiving', 'paused'] as const)
      expect(heardOf({ ...fine, state, lastSuccessOn: null }, true)).toEqual({ is: 'never' })
    expect(heardOf(undefined, true)).toEqual({ is: 'never' })
  })
})
