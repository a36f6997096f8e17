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
