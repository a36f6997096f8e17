/** Telling a scanner from a typist: a keyboard-wedge reader types a whole code within a few milliseconds and ends with Enter. */

/** A pause longer than this ends a burst, milliseconds. The fastest typists stay above 50 ms for a run of keys. */
export const longestGapMs = 45
/** Shorter codes are as quick to type as to scan, and finding them by hand is no harm. */
const shortestCode = 4

export interface Keystroke {
  /** `KeyboardEvent.key` */
  readonly key: string
  /** `KeyboardEvent.timeStamp`: when the key was pressed, not when it was handled; milliseconds. */
  readonly at: number
}

export interface Scan {
  readonly code: string
  /** When the first key of the burst was pressed, on the clock of `Keystroke.at`. */
  readonly from: number
}

/** Collects keystrokes and answers with the scan when Enter ends a burst, else null. Holds no timer. */
export function createBurstReader(): (stroke: Keystroke) => Scan | null {
  let code = ''
  let from = 0
  let last = Number.NEGATIVE_INFINITY
  return ({ key, at }) => {
    const gap = at - last
    const inBurst = gap <= longestGapMs
    if (key === 'Enter') {
      const read = inBurst && code.length >= shortestCode ? { code, from } : null
      code = ''
      last = Number.NEGATIVE_INFINITY
      return read
    }
    if (key.length !== 1) return null
    if (!inBurst) from = at
    code = inBurst ? code + key : key
    last = at
    return null
  }
}
