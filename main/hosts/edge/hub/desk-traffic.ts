/** What a running hub hears of its desks; forgotten when it ends. */
import type { ChangesInput, ChangesPage } from '../../../contract/hub.ts'
import { nothingRead, placeOf, withAnswer, type Reading } from './desk-places.ts'

export interface Heard {
  readonly here: boolean
  /** The place up to which it was told of everything, null while it has read nothing. */
  readonly place: string | null
  /** Its clock minus ours, milliseconds; null until it told. */
  readonly clockOffsetMs: number | null
}

export interface DeskTraffic {
  /** A question came in. Returns the function that says it was answered. @param clock what its clock says, ms, where it tells */
  began(id: string, clock: number | null): () => void
  answered(id: string, question: ChangesInput, page: ChangesPage): void
  of(id: string): Heard
}

/** A desk that asks again so soon was never away, milliseconds. */
const goneAfterMs = 5_000

interface Desk {
  open: number
  lastOn: number
  offsetMs: number | null
  reading: Reading
}

/** @param onArrival told when a desk asks that was not there */
export function createDeskTraffic(now: () => number, onArrival: () => void): DeskTraffic {
  const desks = new Map<string, Desk>()
  const deskOf = (id: string): Desk => {
    const known = desks.get(id)
    if (known) return known
    const fresh: Desk = { open: 0, lastOn: -Infinity, offsetMs: null, reading: nothingRead }
    desks.set(id, fresh)
    return fresh
  }
  const isHere = ({ open, lastOn }: Desk) => open > 0 || now() - lastOn < goneAfterMs

  return {
    began(id, clock) {
      const desk = deskOf(id)
      const wasHere = isHere(desk)
      desk.open++
      desk.lastOn = now()
      if (clock !== null) desk.offsetMs = clock - now()
      if (!wasHere) onArrival()
      return () => {
        desk.open--
        desk.lastOn = now()
      }
    },
    answered(id, question, page) {
      const desk = deskOf(id)
      desk.reading = withAnswer(desk.reading, question, page)
    },
    of(id) {
      const desk = desks.get(id)
      if (!desk) return { here: false, place: null, clockOffsetMs: null }
      return { here: isHere(desk), place: placeOf(desk.reading), clockOffsetMs: desk.offsetMs }
    },
  }
}
