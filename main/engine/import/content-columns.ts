/** What a column holds, by its cells alone: only where they can be nothing else. Pure. */
import type { ByContent } from './columns.ts'
import { isCountryCode } from './country-words.ts'
import { readDateCell, openDatePlan } from './date-columns.ts'
import { areGenders } from './gender-words.ts'
import { plainHeader } from './header-words.ts'
import type { ColumnFacts } from './survey.ts'
import { answerOf } from './value-words.ts'

/** Headers of somebody or something else than the runner's own: what stands below is not taken for theirs. */
const others =
  /coach|trainer|parent|guardian|eltern|mother|father|mutter|vater|emergency|notfall|urgence|contact|kontakt|captain|kapit|billing|buyer|purchas|payer|partner|spouse|friend|team|club|verein|sponsor|shirt|cut|regist|created|updated|modified|ordered|signed|expir|valid|start|end|angemeldet|erstellt|invited|referr|bestell|donat/

/** Headers that ask whether somebody is out. */
const outs = new Map(
  Object.entries({
    withdrawn: `removed cancelled canceled withdrawn scratched deleted abgemeldet storniert annulé annulée désinscrit
      cancelado anulado baja annullato cancellato geannuleerd afgemeld avanmäld avmeldt afmeldt odhlášen zrušen`,
    dns: 'noshow dns didnotstart nichtgestartet nonpartant',
  }).flatMap(([status, list]) =>
    list.split(/\s+/).map((word) => [plainHeader(word), status] as const),
  ),
)

/** What a yes in a column of this name makes of somebody; null for a column of another name. */
export function statusIfYes(header: string): string | null {
  return outs.get(plainHeader(header)) ?? null
}

const address = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/

/** Values that show what is meant. */
const shownValues = 3

/** The field of a column whose header nobody knows; null where its cells may be several things. */
export function fieldByContent(
  header: string,
  facts: ColumnFacts | undefined,
  today: string,
): ByContent | null {
  const out = statusIfYes(header)
  // Few are out, and they may stand far down.
  if (out !== null && [...(facts?.values.keys() ?? [])].every((cell) => answerOf(cell) !== null)) {
    return { field: 'status', why: { code: 'yes-is', status: out } }
  }
  if (facts === undefined || facts.values.size === 0 || others.test(plainHeader(header)))
    return null
  const values = [...facts.values.keys()].map((value) => value.trim())
  const some = values.slice(0, shownValues)
  const all = (test: (value: string) => boolean) => values.every(test)
  if (all((value) => address.test(value))) {
    return { field: 'email', why: { code: 'all-emails' } }
  }
  if (areGenders(facts.values.keys())) {
    return { field: 'gender', why: { code: 'only-genders', values: some } }
  }
  if (
    !facts.more &&
    values.length > 1 &&
    all((value) => /^[A-Z]{3}$/.test(value) && isCountryCode(value))
  ) {
    return { field: 'country', why: { code: 'all-countries', values: some } }
  }
  if (values.length > 1 && all((value) => isBirthDate(value, today))) {
    return { field: 'date_of_birth', why: { code: 'all-days', values: some } }
  }
  return null
}

/** Runners are born years before they enter. */
const youngest = 3

function isBirthDate(value: string, today: string): boolean {
  if (!/\d.*\D.*\d/.test(value)) return false
  const read = readDateCell(value, openDatePlan, today)
  if (!('day' in read)) return read.reason.startsWith('means two days')
  return read.day !== null && Number(read.day.slice(0, 4)) + youngest < Number(today.slice(0, 4))
}
