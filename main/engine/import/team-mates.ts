/** Lists with a whole relay team in one row. Pure. */
import { meaningOfHeader } from './header-words.ts'

/** What a person does with such a list. */
export const rowEach =
  'It seems to name several people in one row: give each a row of their own, with the bib and the team repeated.'

const numbered =
  /^(?:team )?(?:runner|racer|member|rider|swimmer|athlete|participant|competitor|leg|teilnehmer|läufer|starter|équipier|coureur|corredor|atleta|concorrente|deelnemer|löpare|løper|deltager|zawodnik|závodník) ?#?(\d)/iu
const sectioned = /^([^:]{1,30}?)\s*(?::|\s[-–]\s)\s*(.+)$/u
const notRunning =
  /parent|guardian|eltern|mother|father|emergency|notfall|urgence|contact|kontakt|coach|billing/iu

/** The columns that name a second and further person of a row; empty for a list with one person a row. */
export function teamMateColumns(columns: readonly string[]): ReadonlySet<number> {
  const found = columns.flatMap((column, at) => {
    const mate = mateOf(column.trim())
    return mate === null ? [] : [{ at, mate }]
  })
  const mates = new Set(found.map(({ mate }) => mate))
  return new Set(mates.size < 2 ? [] : found.map(({ at }) => at))
}

/** Which of several people a column names; null for none. */
function mateOf(header: string): string | null {
  if (notRunning.test(header)) return null
  const number = numbered.exec(header)
  if (number !== null) {
    const rest = header.slice(number[0].length).replace(/^[\s:–-]+/u, '')
    return rest === '' || isName(rest) ? number[1]! : null
  }
  const section = sectioned.exec(header)
  if (section === null || meaningOfHeader(header) !== null) return null
  return isName(section[2]!) ? section[1]!.toLowerCase() : null
}

function isName(header: string): boolean {
  const meaning = meaningOfHeader(header)
  if (meaning === null || 'none' in meaning) return false
  return 'name' in meaning || ['first_name', 'last_name'].includes(meaning.field)
}
