/**
 * Of a rehearsal, which leaves nothing behind: entrants that earlier pages would have made and of whom later rows of the
 * file speak again. Only they are kept: those whose name comes more than once.
 */
import { foldedFullName } from '../model/folded-name.ts'
import type { Fields } from '../model/record.ts'
import type { KnownEntrant, KnownTag } from '../store/imports/known-entrants.ts'
import type { Change } from '../store/writer/change.ts'
import type { PlannedRow } from './page-import.ts'

export class RehearsedEntrants {
  /** Event and folded name → entry → entrant. */
  readonly #named = new Map<string, Map<string, KnownEntrant>>()
  readonly #entries = new Set<string>()

  /** Those of one name. */
  of(event: string, person: Fields): readonly KnownEntrant[] {
    return [...(this.#named.get(keyOf(event, person))?.values() ?? [])]
  }

  /** @param made creations of a page; of entries they made, and of those kept before, the newest state is kept */
  keep(made: readonly Change[], states: Iterable<KnownEntrant>): void {
    for (const { entity, id } of made) if (entity === 'eventParticipant') this.#entries.add(id)
    for (const state of states) {
      const { id, event } = state.participant!
      if (!this.#entries.has(id)) continue
      const key = keyOf(event, state.person.fields)
      const named = this.#named.get(key) ?? new Map<string, KnownEntrant>()
      this.#named.set(key, named.set(id, state))
    }
  }
}

const keyOf = (event: string, person: Fields) => `${event} ${foldedFullName(person)}`

/** Records that rows make. */
export function creationsOf(rows: readonly PlannedRow[]): readonly Change[] {
  return rows.flatMap(({ changes }) => changes.filter(({ action }) => action === 'create'))
}

/** The tags they wear, which nobody finds in the database. */
export function tagsOf({ participant }: KnownEntrant): readonly KnownTag[] {
  const id = participant?.fields['tag']
  const code = participant?.tagCode
  return typeof id === 'string' && code ? [{ code, id, status: 'inUse' }] : []
}
