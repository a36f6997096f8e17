/** What modes an event may be given. Pure. */
import type { DeskMode } from '../../../../contract/desk-modes.ts'
import type { Problem } from '../../../../contract/problem.ts'

/** Why these modes are refused, or null. @param races ids of the event's races */
export function modesRefusal(
  modes: readonly DeskMode[],
  races: ReadonlySet<string>,
): Problem | null {
  const names = modes.map(({ name }) => name.toLocaleLowerCase())
  const twice = modes.find(({ name }, at) => names.indexOf(name.toLocaleLowerCase()) !== at)
  if (twice) {
    return {
      code: 'invalid',
      message: `Two modes are called ${twice.name}, so nobody could tell them apart.`,
      fix: 'Give one of them another name.',
      fields: { name: 'is the name of another mode' },
    }
  }
  const ids = new Set(modes.map(({ id }) => id))
  if (ids.size < modes.length) {
    return {
      code: 'invalid',
      message: 'Two modes have the same id.',
      fix: 'Give each mode an id of its own.',
    }
  }
  const lost = modes.find(({ race }) => race !== null && !races.has(race))
  if (!lost) return null
  return {
    code: 'invalid',
    message: `The race of the mode ${lost.name} is not one of this event.`,
    fix: 'Choose a race of the event, or all races.',
    fields: { race: 'is no race of this event' },
  }
}
