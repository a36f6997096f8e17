/**
 * Cells that a spreadsheet would run as a formula get an apostrophe in front (OWASP, "CSV injection"). A program that
 * takes another sign than the comma for the separator finds more cells in ours: there it stands behind that sign. Reading
 * takes exactly one away again, so a file that goes out and comes back has the same content.
 */

// The full-width forms of = + - @ count too: some spreadsheets read them as the plain ones.
const formula = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20'
/** What some programs trim before they look. */
const trimmed = `[ \u00A0'"]*`
/** A comma needs none of this: a cell that has one is written in quotes. */
const separators = '[;|\\t\\r\\n]'

const dangerousStart = new RegExp(`^(?=${trimmed}[${formula}\\t\\r])`)
const dangerousInside = new RegExp(`(${separators})(?=${trimmed}[${formula}])`, 'g')
const guardedStart = new RegExp(`^'(?=${trimmed}[${formula}\\t\\r])`)
const guardedInside = new RegExp(`(${separators})'(?=${trimmed}[${formula}])`, 'g')

/** A text cell that no spreadsheet runs. Numbers need none: write them as they are. */
export function guardCell(text: string): string {
  return text.replace(dangerousInside, "$1'").replace(dangerousStart, "'")
}

/** Undoes `guardCell`. */
export function unguardCell(text: string): string {
  // Most cells have no apostrophe: nothing was guarded there.
  if (!text.includes("'")) return text
  return text.replace(guardedStart, '').replace(guardedInside, '$1')
}
