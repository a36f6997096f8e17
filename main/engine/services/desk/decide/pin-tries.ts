/** How often a PIN may be guessed: a few times at once, then now and again. Pure. */

/** Wrong ones since the last right one. `lastOn` in milliseconds since 1970 UTC. */
export interface PinTries {
  readonly wrong: number
  readonly lastOn: number
}

export const noTries: PinTries = { wrong: 0, lastOn: 0 }

const freeTries = 5
const pauseMs = 30_000

/** Milliseconds until the next one is looked at; 0: now. A clock that went back starts the pause anew at most. */
export function waitBeforeTry({ wrong, lastOn }: PinTries, now: number): number {
  if (wrong < freeTries) return 0
  return Math.min(pauseMs, Math.max(0, lastOn + pauseMs - now))
}

/** One more that may be wrong: noted before it is looked at, so that many at once are many. */
export function oneMore({ wrong }: PinTries, now: number): PinTries {
  return { wrong: wrong + 1, lastOn: now }
}
