/** The entrants looked at last, so that the one who comes back is one click away. */
import type { Ref } from 'vue'
import type { EntrantRow } from '../../../main/contract/desk.ts'
import { useKept } from '../../composables/use-kept.ts'

const mostKept = 8

/** Newest first. Snapshots: what is shown of them may be minutes old, the card is always fresh. */
export function useRecentEntrants(): {
  readonly rows: Readonly<Ref<readonly EntrantRow[]>>
  note(row: EntrantRow): void
} {
  const rows = useKept<readonly EntrantRow[]>('marshal.desk.recent', [])
  return {
    rows,
    note(row) {
      rows.value = [withoutDetails(row), ...rows.value.filter(({ id }) => id !== row.id)].slice(
        0,
        mostKept,
      )
    },
  }
}

/** A card is a row and more; e-mail, medical and emergency details are not kept outside the engine. */
function withoutDetails(row: EntrantRow): EntrantRow {
  const { id, personId, eventId, bib, firstName, lastName, gender, dateOfBirth } = row
  const { age, club, city, category, status, team, leg, tag, spareTag, race, startGroup } = row
  const person = { personId, firstName, lastName, gender, dateOfBirth, age, club, city }
  const entry = { id, eventId, bib, category, status, team, leg, tag, spareTag, race, startGroup }
  return { ...entry, ...person }
}
