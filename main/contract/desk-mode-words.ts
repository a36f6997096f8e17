/** What a mode of the Desk is made of, in closed words. Beside the shapes, so that the window need not load those. */

/** In the order they are chosen in. `data`: everything of an entrant no other action is about. */
export const deskActions = ['checkIn', 'bib', 'tag', 'walkUp', 'data'] as const
export type DeskAction = (typeof deskActions)[number]

/** The action that changes a field of an entrant's card. A waiver is signed at check-in. */
export function actionOfField(field: string): DeskAction {
  if (field === 'bib') return 'bib'
  if (field === 'tag' || field === 'spareTag') return 'tag'
  return field === 'waiver' ? 'checkIn' : 'data'
}

/**
 * Whether somebody may be added with a field filled in: personal details and a place come with whoever is added, what is
 * handed out or signed is an action of its own.
 */
export function mayAddWith(actions: readonly DeskAction[], field: string): boolean {
  const action = actionOfField(field)
  return action === 'data' || actions.includes(action)
}

/** Statuses that are a check-in, and one taken back; the others are changed as any field. */
const checkInStatuses: readonly unknown[] = ['checkedIn', 'registered']

/**
 * Whether a status may be given. Somebody's own check-in is kept where there is none to be done.
 * @param now what they have; left out where that is not known yet
 */
export function mayGiveStatus(
  actions: readonly DeskAction[],
  given: unknown,
  now?: string,
): boolean {
  if (!actions.includes('data')) return false
  return actions.includes('checkIn') || (now !== 'checkedIn' && !checkInStatuses.includes(given))
}

/** What a desk can do without. Name, bib, race, start group and tag always show. */
export const deskParts = [
  'category',
  'team',
  'shirt',
  'giveaway',
  'own',
  'waiver',
  'paid',
  'notes',
  'person',
  'conversations',
  'targets',
  'sensitive',
] as const
export type DeskPart = (typeof deskParts)[number]

/** An event has at most so many. */
export const mostModes = 20

/** A PIN, as it is typed. */
export const pinPattern = /^\d{4,8}$/
