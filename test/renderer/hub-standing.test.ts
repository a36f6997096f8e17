import { describe, expect, it } from 'vitest'
import type { HubDesk } from '../../main/contract/devices.ts'
import { hubStanding, joinsAgain } from '../../renderer/pages/devices/hub-standing.ts'

const alone = { hub: null, open: null, desks: [] }
const open = { urls: ['https://192.168.1.5:4782/#3fa9'] }
const hub = { target: 'hub', url: 'https://192.168.1.5:4782' }
const desk = (here: boolean): HubDesk => ({
  ...{ id: String(here), name: 'Desk', pairedOn: '', lastSeenOn: '', here },
  ...{ behind: null, clockOffsetMs: null },
})
const heardOn = '2026-05-16T09:40:00.000Z'
const target = { lastSuccessOn: heardOn, pending: 11, held: 1, paused: null }

describe('how this laptop stands with the others', () => {
  it('is alone until desks are let in or it joined a hub', () => {
    expect(hubStanding(alone, undefined)).toEqual({ is: 'alone' })
  })

  it('is a hub from when it is opened, and stays one of its desks while it is shut', () => {
    expect(hubStanding({ ...alone, open }, undefined)).toMatchObject({ is: 'hub', desks: 0 })
    const desks = [desk(true), desk(false)]
    expect(hubStanding({ ...alone, open, desks }, undefined)).toEqual({
      ...{ is: 'hub', open: true, desks: 2, here: 1 },
    })
    expect(hubStanding({ ...alone, desks }, undefined)).toMatchObject({ is: 'hub', open: false })
  })

  it.each([
    ['up-to-date', 'answers'],
    ['sending', 'answers'],
    ['attention', 'answers'],
    ['waiting', 'away'],
    ['paused', 'paused'],
    ['unknown', 'unknown'],
  ] as const)('is a desk; its hub in the state %s %s', (state, link) => {
    expect(hubStanding({ ...alone, hub }, { ...target, state })).toEqual({
      ...{ is: 'desk', link, heardOn, pending: 12 },
    })
  })

  it.each([
    [{ code: 'sign-in', said: 'revoked' }, 'refused'],
    [{ code: 'set-up' }, 'refused'],
    [{ code: 'person', who: 'Maria' }, 'paused'],
    [{ code: 'all' }, 'paused'],
  ] as const)('that rests for %j is %s', (paused, link) => {
    expect(hubStanding({ ...alone, hub }, { ...target, state: 'paused', paused })).toMatchObject({
      link,
    })
  })

  it('may join again where the hub refuses it or does not answer where it was, and nowhere else', () => {
    const again = (state: 'waiting' | 'paused' | 'up-to-date', code: 'sign-in' | 'all' = 'all') => {
      const paused = code === 'all' ? { code } : { code, said: 'revoked' }
      return joinsAgain(hubStanding({ ...alone, hub }, { ...target, state, paused }))
    }
    expect(again('paused', 'sign-in')).toBe('refused')
    expect(again('waiting')).toBe('away')
    expect([again('paused'), again('up-to-date')]).toEqual([null, null])
    expect(joinsAgain(hubStanding(alone, undefined))).toBeNull()
  })

  it('does not say that a hub answers of which nothing is known', () => {
    expect(hubStanding({ ...alone, hub }, undefined)).toMatchObject({ link: 'unknown' })
  })

  it('is a desk of its own hub first, where it lets desks in as well', () => {
    expect(hubStanding({ hub, open, desks: [] }, undefined).is).toBe('desk')
  })
})
