import type { IpcMainEvent, WebContents } from 'electron'
import { describe, expect, it } from 'vitest'
import type { TargetStatus } from '../../main/contract/targets.ts'
import type { TargetState } from '../../main/contract/words.ts'
import { nextNotice, noTrouble } from '../../main/hosts/electron/notices.ts'
import { isOurs } from '../../main/hosts/electron/origin.ts'
import { mayOpenOutside } from '../../main/hosts/electron/outside-links.ts'
import { overallStatus } from '../../main/hosts/electron/overall-status.ts'
import { senderProblem } from '../../main/hosts/electron/sender.ts'
import { trayIcons } from '../../main/hosts/electron/tray-icons.ts'
import { placeOnScreen } from '../../main/hosts/electron/window-place.ts'
import { desktopWords } from '../../main/hosts/electron/words.ts'

describe('the origin of the window', () => {
  it.each(['app://marshal/', 'app://marshal', 'app://marshal/sync?x#y'])('is ours: %s', (url) => {
    expect(isOurs(url)).toBe(true)
  })
  it.each([
    'app://marshal.evil/',
    'app://evil/marshal',
    'app://user@marshal/',
    'app://marshal:1/',
    'apps://marshal/',
    'https://marshal/',
    'file:///app://marshal/',
    'data:text/html,app://marshal/',
    'javascript:"app://marshal/"',
    'about:blank',
    '',
  ])('is not ours: %j', (url) => {
    expect(isOurs(url)).toBe(false)
  })
})

describe('who gets a line to the engine', () => {
  const main = { parent: null, url: 'app://marshal/' }
  const ours = { mainFrame: main } as unknown as WebContents
  const ask = (sender: unknown, senderFrame: unknown) =>
    senderProblem({ sender, senderFrame } as Pick<IpcMainEvent, 'sender' | 'senderFrame'>, ours)

  it('the top frame of the window', () => {
    expect(ask(ours, main)).toBeNull()
  })
  it('nobody else', () => {
    expect(ask(ours, null)).toBe('gone')
    expect(ask({ mainFrame: main }, main)).toBe('other-window')
    expect(ask(ours, { parent: main, url: 'app://marshal/' })).toBe('sub-frame')
    expect(ask(ours, { parent: null, url: 'app://marshal/' })).toBe('sub-frame')
    const elsewhere = { parent: null, url: 'https://evil.example/' }
    const gone = { mainFrame: elsewhere } as unknown as WebContents
    expect(senderProblem({ sender: gone, senderFrame: elsewhere } as never, gone)).toBe(
      'other-origin',
    )
  })
})

describe('links that leave the window', () => {
  it.each([
    'https://runsignup.com/Race/1',
    'https://developer.planning.center.planningcenter.com/docs',
    'mailto:support@chatwoot.com',
  ])('may be offered: %s', (url) => {
    expect(mayOpenOutside(url)).toBe(true)
  })
  it.each([
    'http://runsignup.com/',
    'https://runsignup.com:8443/',
    'https://user:pw@runsignup.com/',
    'https://runsignup.com.evil.example/',
    'https://evilrunsignup.com/',
    'https://127.0.0.1/',
    'smb://server/share',
    '\\\\server\\share',
    'file:///etc/passwd',
    'ms-msdt:/id PCWDiagnostic',
    'javascript:alert(1)',
    'data:text/html,hi',
    'mailto:a@b.c?attach=/etc/passwd',
    'mailto:a@b.c%0d%0abcc:x@y.z',
    'mailto:a@b.c,d@e.f',
    'app://marshal/',
    '',
  ])('never: %j', (url) => {
    expect(mayOpenOutside(url)).toBe(false)
  })
})

describe('links to what a person connected', () => {
  const targets = ['http://192.168.7.3:3000', 'https://support.example.org/chat/', 'nonsense']
  it.each([
    ['http://192.168.7.3:3000/app/accounts/1/conversations/7', true],
    ['https://support.example.org/app/accounts/1/conversations/7', true],
    ['http://support.example.org/', false],
    ['http://192.168.7.3/', false],
    ['https://user:pw@support.example.org/', false],
    ['https://support.example.org.evil.example/', false],
    ['nonsense', false],
  ])('%s: %s', (url, may) => {
    expect(mayOpenOutside(url, targets)).toBe(may)
  })
})

describe('one word for several targets', () => {
  const target = (state: TargetState, counts: Partial<TargetStatus> = {}) =>
    ({ state, pending: 0, failed: 0, conflicts: 0, ...counts }) as TargetStatus
  const overall = (...targets: TargetStatus[]) => overallStatus({ targets, records: {} }, false)

  it('is up to date only when every target that is not paused is', () => {
    expect(overall(target('up-to-date'), target('up-to-date')).state).toBe('up-to-date')
    expect(overall(target('up-to-date'), target('paused')).state).toBe('up-to-date')
    expect(overall(target('up-to-date'), target('unknown')).state).toBe('unknown')
    expect(overall(target('up-to-date'), target('waiting')).state).toBe('waiting')
    expect(overall(target('paused')).state).toBe('paused')
    expect(overall().state).toBe('unknown')
  })
  it('puts trouble first and adds up what waits', () => {
    const both = overall(
      target('sending', { pending: 3 }),
      target('attention', { pending: 4, failed: 2, conflicts: 1 }),
    )
    expect(both).toEqual({
      targets: 2,
      state: 'attention',
      pending: 7,
      attention: 3,
      pausedAll: false,
    })
  })
  it('counts a target that needs attention without a failed record', () => {
    expect(overall(target('attention')).attention).toBe(1)
  })
  it('has a picture and words in each language for every state', () => {
    const states = Object.keys(trayIcons) as TargetState[]
    expect(new Set(Object.values(trayIcons)).size).toBe(states.length)
    for (const locale of ['en-GB', 'de-CH', 'fr-CA', 'es-MX']) {
      const words = states.map((state) => desktopWords(locale).state(state, 5, 2))
      expect(new Set(words).size).toBe(states.length)
    }
    expect(desktopWords('sv').state('waiting', 5, 0)).toBe('Waiting for network (5 pending)')
    expect(desktopWords('de').state('attention', 5, 2)).toBe('Zu klären (2)')
  })
})

describe('desktop notifications', () => {
  const notices = (...states: TargetState[]) => {
    let known = noTrouble
    return states.map((state) => {
      const { after, notice } = nextNotice(known, state)
      known = after
      return notice
    })
  }
  it('come with trouble and at its end, once each', () => {
    expect(notices('up-to-date', 'attention', 'attention', 'sending', 'attention')).toEqual([
      null,
      'attention',
      null,
      null,
      null,
    ])
    expect(notices('attention', 'sending', 'up-to-date', 'up-to-date')).toEqual([
      'attention',
      null,
      'settled',
      null,
    ])
  })
  it('never come for ordinary work or for being offline', () => {
    expect(notices('unknown', 'sending', 'waiting', 'up-to-date', 'paused')).toEqual(
      Array.from({ length: 5 }, () => null),
    )
  })
})

describe('where the window opens', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1040 }]
  it('where it was', () => {
    const saved = { x: 300, y: 200, width: 1400, height: 900 }
    expect(placeOnScreen(saved, screens)).toEqual(saved)
  })
  it('in the middle when that screen is gone or its title bar cannot be reached', () => {
    const size = { width: 1400, height: 900 }
    expect(placeOnScreen({ x: 2500, y: 200, ...size }, screens)).toEqual(size)
    expect(placeOnScreen({ x: 300, y: -500, ...size }, screens)).toEqual(size)
    expect(placeOnScreen({ x: 300, y: 1030, ...size }, screens)).toEqual(size)
    expect(placeOnScreen({ x: 300, y: 200, ...size }, [])).toEqual(size)
  })
  it('never smaller than the window can be used', () => {
    expect(placeOnScreen({ x: 0, y: 0, width: 10, height: 10 }, screens)).toMatchObject({
      width: 1024,
      height: 640,
    })
    expect(placeOnScreen(null, screens)).toEqual({ width: 1280, height: 800 })
  })
})
