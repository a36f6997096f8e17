/**
 * Cells that a spreadsheet would run as a formula get an apostrophe in front (OWASP, "CSV injection"). Reading takes
 * exactly one away again, so a file that goes out and comes back has the same content.
 */

// The full-width forms of = + - @ count too: some spreadsheets read them as the plain ones.
const dangerous = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/

/** A text cell that no spreadsheet runs. Numbers need none: write them as they are. */
export function guardCell(text: string): string {
  return dangerous.test(text) ? `'${text}` : text
}

/** Undoes `guardCell`. */
export function unguardCell(text: string): string {
  return text.startsWith("'") && dangerous.test(text) ? text.slice(1) : text
}
