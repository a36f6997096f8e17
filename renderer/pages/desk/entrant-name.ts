/** Names of entrants as people read them. */
import type { EntrantRow } from '../../../main/contract/desk.ts'

/** "Ana Schmidt"; a dash for somebody without a name. */
export function fullName(row: Pick<EntrantRow, 'firstName' | 'lastName'>): string {
  return [row.firstName, row.lastName].filter(Boolean).join(' ') || '–'
}

/** "Ana Schmidt (12)": name and bib, enough to call somebody out of a queue. */
export function nameAndBib(row: Pick<EntrantRow, 'firstName' | 'lastName' | 'bib'>): string {
  return row.bib ? `${fullName(row)} (${row.bib})` : fullName(row)
}

/** "Fast Four, leg 2" of a relay team, the team alone of others; null for neither. */
export function teamWords(
  { team, leg }: Pick<EntrantRow, 'team' | 'leg'>,
  legWord: (leg: number) => string,
): string | null {
  const words = [team, leg === null || leg === undefined ? null : legWord(leg)].filter(Boolean)
  return words.length > 0 ? words.join(', ') : null
}
