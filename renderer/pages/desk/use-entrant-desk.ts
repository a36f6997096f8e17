/** The desk's state: what is searched, which entrant is in front, what is typed into its card. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { EntrantCard, EntrantRow } from '../../../main/contract/desk.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useKept } from '../../composables/use-kept.ts'
import type { DeskMode } from '../../../main/contract/desk-modes.ts'
import { mayDo, savedOf } from './modes/mode-rules.ts'
import { useDrafts, type EditableField } from './drafts.ts'
import { useRecentEntrants } from './recent-entrants.ts'
import type { Scan } from './scanner-burst.ts'
import { useDeskActions } from './use-desk-actions.ts'
import { useDeskFilter } from './use-desk-filter.ts'
import { useDeskSearch } from './use-desk-search.ts'
import { useEntrantSaving, type Wanted } from './use-entrant-saving.ts'
import { useSignal } from './use-signal.ts'

/**
 * The card of every passing row need not be read: not while arrow keys run through the list, nor between two letters of a
 * name, where filling its fields would keep the next letter waiting. Milliseconds.
 */
const settleMs = { moved: 70, first: 180 } as const

/** How an entrant came to the front: as the first of the list, by arrow keys, or on purpose (Enter, click, scan). */
export type Choosing = 'first' | 'moved' | 'opened'

/** Key times and the page's own clock may differ by this much. */
const burstSlackMs = 60

/** Everything the Desk page draws and does. @param mode what this desk may do */
export function useEntrantDesk(
  eventId: Readonly<Ref<string | null>>,
  mode: Readonly<Ref<DeskMode>>,
) {
  const { orpc } = useEngine()
  const query = useKept('marshal.desk.query', '')
  const chosen = shallowRef<EntrantRow | null>(null)
  const how = ref<Choosing>('first')
  const opened = computed(() => how.value === 'opened')
  const offer = shallowRef<{ readonly code: string; readonly row: EntrantRow } | null>(null)
  /** Who was in front on purpose when the first of a new list took the place; time as in `Scan.from`. */
  let displaced: { readonly row: EntrantRow; readonly at: number } | null = null
  const keptId = useKept<string | null>('marshal.desk.entrant', null)
  if (keptId.value !== null) how.value = 'moved'

  const { filter, asked } = useDeskFilter(
    eventId,
    computed(() => mode.value.race),
  )
  const search = useDeskSearch(query, eventId, asked)
  const drafts = useDrafts()
  const recent = useRecentEntrants()
  const light = useSignal()
  const actions = useDeskActions(light, (newer) => {
    search.replace(newer)
    if (chosen.value?.id === newer.id) chosen.value = newer
    recent.note(newer)
  })
  const saving = useEntrantSaving(light, actions)

  const cardId = ref<string | null>(keptId.value)
  const cardQuery = useQuery(
    computed(() =>
      orpc.desk.entrant.queryOptions({
        input: { id: cardId.value ?? '' },
        enabled: cardId.value !== null,
        staleTime: 0,
      }),
    ),
  )
  const card = computed<EntrantCard | null>(() => {
    const found = cardQuery.data.value
    return found && found.id === chosen.value?.id ? found : null
  })
  // After a reload, or a jump to somebody who is not in the list, the card brings its own row.
  watch(cardQuery.data, (found) => {
    if (!found) return
    if (chosen.value === null ? found.id === keptId.value : found.id === chosen.value.id) {
      chosen.value = found
    }
  })

  let settling: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(settling))
  function choose(row: EntrantRow, choosing: Choosing) {
    const another = row.id !== chosen.value?.id
    chosen.value = row
    how.value = choosing
    keptId.value = row.id
    clearTimeout(settling)
    if (choosing === 'opened') {
      cardId.value = row.id
      recent.note(row)
    } else settling = setTimeout(() => (cardId.value = row.id), settleMs[choosing])
    if (!another) return
    offer.value = null
    if (light.current.value?.entrantId !== row.id) light.clear()
    if (actions.refusal.value?.entrantId !== row.id) actions.refusal.value = null
    saving.forget()
  }
  function leave() {
    chosen.value = null
    cardId.value = null
    keptId.value = null
    how.value = 'first'
    light.clear()
  }
  function showById(id: string) {
    leave()
    keptId.value = id
    cardId.value = id
    how.value = 'opened'
    const known = cardQuery.data.value
    if (known?.id === id) chosen.value = known
  }

  // A new text brings a new first row to the front; the same text read again leaves the choice alone.
  let shownFor = ''
  watch(search.rows, (rows) => {
    const text = search.answered.value
    if (text === shownFor) {
      const same = rows.find(({ id }) => id === chosen.value?.id)
      if (same) chosen.value = same
      return
    }
    shownFor = text
    // A list is looked through; nobody comes to the front by it.
    if (text === '') return
    const first = rows[0]
    if (!first && !opened.value) leave()
    const wanted = how.value === 'first' ? null : rows.find(({ id }) => id === keptId.value)
    if (wanted) choose(wanted, how.value)
    else if (first) {
      if (opened.value && chosen.value) displaced = { row: chosen.value, at: performance.now() }
      choose(first, 'first')
    }
  })

  /** The card of the entrant in front, read now if it is still on its way. */
  async function cardOf(id: string): Promise<EntrantCard | null> {
    if (card.value?.id === id) return card.value
    const { data } = await cardQuery.refetch()
    return data?.id === id ? data : null
  }

  /** True when nothing is left that can be saved here. What the mode keeps from being changed stays typed. */
  async function save(wanted: Wanted = 'save'): Promise<boolean> {
    const id = chosen.value?.id
    if (id === undefined) return false
    const typed = drafts.of(id)
    if (Object.keys(typed).length === 0) return true
    const before = await cardOf(id)
    if (!before) return false
    const sent = savedOf(mode.value, typed, before.status)
    if (Object.keys(sent).length === 0) return true
    const taken = await saving.save(before, sent, wanted)
    drafts.saved(id, taken)
    return Object.keys(sent).length === Object.keys(taken).length
  }

  return {
    query,
    /** Who is listed. */
    filter,
    isListed: computed(() => asked.value !== null),
    search,
    chosen,
    /** Somebody was opened on purpose, not only passed by. */
    opened,
    card,
    cardProblem: cardQuery.error,
    reloadCard: () => void cardQuery.refetch(),
    draft: computed(() => (chosen.value ? drafts.of(chosen.value.id) : {})),
    drafts,
    refused: computed(() => (chosen.value ? saving.refusedOf(chosen.value.id) : {})),
    recent: recent.rows,
    light,
    actions,
    offer,
    choose,
    leave,
    showById,
    save,
    type(field: EditableField, text: string) {
      if (card.value) drafts.type(card.value, field, text)
    },
    restore(field: EditableField) {
      if (!chosen.value) return
      drafts.restore(chosen.value.id, field)
      if (saving.forget(field)) light.clear()
    },
    discard() {
      if (chosen.value) drafts.discard(chosen.value.id)
      actions.refusal.value = null
      if (saving.forget()) light.clear()
    },
    showUnsaved() {
      const next = drafts.ids.value.find((id) => id !== chosen.value?.id) ?? drafts.ids.value[0]
      if (next) showById(next)
    },
    /** Saves what is typed first; a bib typed and then forgotten would be a bib handed out twice. */
    async checkIn(): Promise<boolean> {
      const entrant = chosen.value
      if (!entrant || actions.busy.value) return false
      if (!(await save('checkIn'))) return false
      recent.note(entrant)
      if (await actions.checkIn(entrant.id)) {
        saving.forget()
        return true
      }
      saving.demand(entrant.id, actions.refusal.value?.missing ?? [])
      return false
    },
    /** True when the code led to an entrant. */
    async scan({ code, from }: Scan): Promise<boolean> {
      if (eventId.value === null) return false
      offer.value = null
      // What the scan before found is no answer to this one.
      light.clear()
      // The keys of the scanner may have searched on their way and put somebody else in front.
      const mistaken = displaced !== null && displaced.at >= from - burstSlackMs
      const inFront = opened.value ? chosen.value : mistaken ? displaced!.row : null
      const target = mayDo(mode.value, 'tag') ? inFront : null
      displaced = null
      const outcome = await actions.scan(code, eventId.value, target !== null)
      if (outcome?.entrant) {
        choose(outcome.entrant, 'opened')
        return true
      }
      if (target && outcome?.outcome === 'wrong' && outcome.problem.code === 'not-found') {
        choose(target, 'opened')
        offer.value = { code, row: target }
      }
      return false
    },
    async acceptOffer(field: 'tag' | 'spareTag' = 'tag'): Promise<void> {
      const { value } = offer
      offer.value = null
      const before = value && (await cardOf(value.row.id))
      if (!before) return
      if (await saving.give(before, field, value.code)) {
        actions.showTagGiven(card.value ?? before, field)
      }
    },
  }
}
