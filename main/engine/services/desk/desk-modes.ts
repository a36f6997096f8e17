/** Setting the desk modes of an event, and the PIN that locks a desk to one. */
import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { DeskMode, PinAnswer } from '../../../contract/desk-modes.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import { readPin, readRaceIds, writeDeskModes, writePin } from '../../store/desk/desk-modes.ts'
import { modesRefusal } from './decide/desk-modes.ts'
import { noTries, oneMore, waitBeforeTry } from './decide/pin-tries.ts'
import { refuseUnknownEvent } from './entrant-changes.ts'

const hashed = promisify<string, string, number, Buffer>(scrypt)
const hashBytes = 32

/** Throws `ProblemError` when there is no such event, or the modes do not fit it. */
export async function setDeskModes(
  core: Core,
  event: string,
  modes: readonly DeskMode[],
): Promise<void> {
  await core.db.transaction().execute(async (trx) => {
    await refuseUnknownEvent(trx, event)
    const refusal = modesRefusal(modes, await readRaceIds(trx, event))
    if (refusal) throw new ProblemError(refusal)
    await writeDeskModes(trx, event, modes)
  })
  core.live.emit({ type: 'data', entities: ['event'] })
}

export interface DeskPins {
  isSet(): Promise<boolean>
  set(pin: string): Promise<void>
  /** Throws `ProblemError` while none is set. */
  check(pin: string): Promise<PinAnswer>
  /** Right without one, where one is set that leads out again. Throws `ProblemError` while none is. */
  askNone(): Promise<PinAnswer>
}

/** The PIN of this installation. Wrong ones are counted for all desks together, until Marshal ends. */
export function deskPins({ db, reader, ports }: Pick<Core, 'db' | 'reader' | 'ports'>): DeskPins {
  let tries = noTries
  return {
    isSet: async () => (await readPin(reader)) !== null,
    async set(pin) {
      const salt = ports.ids.uuid()
      const hash = (await hashed(pin, salt, hashBytes)).toString('base64')
      await writePin(db, { salt, hash })
      tries = noTries
    },
    async check(pin) {
      const now = ports.clock.now()
      const waitMs = waitBeforeTry(tries, now)
      if (waitMs > 0) return { right: false, waitSeconds: Math.ceil(waitMs / 1000) }
      tries = oneMore(tries, now)
      const stored = await readPin(db)
      if (!stored) throw new ProblemError(noPin)
      const hash = await hashed(pin, stored.salt, hashBytes)
      const right = timingSafeEqual(hash, Buffer.from(stored.hash, 'base64'))
      if (right) tries = noTries
      return { right, waitSeconds: Math.ceil(waitBeforeTry(tries, now) / 1000) }
    },
    async askNone() {
      if ((await readPin(db)) === null) throw new ProblemError(noPin)
      return { right: true, waitSeconds: 0 }
    },
  }
}

const noPin = {
  code: 'wrong-use',
  message: 'No PIN is set.',
  fix: 'Set one on the page of the event, under Desk modes.',
} as const
