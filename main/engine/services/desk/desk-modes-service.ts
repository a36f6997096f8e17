/** Desk modes: which an event has, and which browser is locked to one. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { CallContext } from '../../caller.ts'
import type { Core } from '../../core.ts'
import { readDeskModes } from '../../store/desk/desk-modes.ts'
import type { DeskLocks } from './desk-locks.ts'
import { deskPins, setDeskModes } from './desk-modes.ts'

const os = implement(contract).$context<CallContext>().desk

export function deskModeHandlers(core: Core, locks: DeskLocks) {
  const pins = deskPins(core)
  return {
    modes: os.modes.handler(({ input: { eventId } }) => readDeskModes(core.reader, eventId)),
    setModes: os.setModes.handler(async ({ input: { eventId, modes } }) => {
      await setDeskModes(core, eventId, modes)
      await locks.follow(eventId, modes)
      return modes
    }),
    pin: os.pin.handler(async () => ({ isSet: await pins.isSet() })),
    setPin: os.setPin.handler(async ({ input: { pin } }) => {
      await pins.set(pin)
      return { ok: true as const }
    }),
    locked: os.locked.handler(({ context: { browser } }) => ({ lock: locks.of(browser) })),
    lock: os.lock.handler(async ({ input: { eventId, modeId, pin }, context: { browser } }) => {
      if (browser === undefined) throw new ProblemError(noBrowser)
      // Without one a browser locks nobody but itself: it was locked before it signed in anew.
      const answer = pin === undefined ? await pins.askNone() : await pins.check(pin)
      if (!answer.right) return answer
      const mode = (await readDeskModes(core.reader, eventId)).find(({ id }) => id === modeId)
      if (!mode) throw new ProblemError(noSuchMode)
      await locks.lock(browser, { eventId, mode })
      return answer
    }),
    unlock: os.unlock.handler(async ({ input: { pin }, context: { browser } }) => {
      if (browser === undefined) throw new ProblemError(noBrowser)
      const answer = await pins.check(pin)
      if (answer.right) await locks.release(browser)
      return answer
    }),
  }
}

const noBrowser = {
  code: 'wrong-use',
  message: 'Only a window can be locked to a desk mode, and this call came from none.',
  fix: 'Lock the desk in its own window.',
} as const

const noSuchMode = {
  code: 'not-found',
  message: 'This mode does not exist any more.',
  fix: 'Choose another one at the top of the Desk.',
} as const
