/** Search as you type: one question at a time, and always the answer to the newest text. */
import { nextTick, onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { DeskFilter, EntrantRow } from '../../../main/contract/desk.ts'
import { toShownProblem, type ShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useLive } from '../../composables/use-live.ts'

export const mostRows = 30
/** Results are read again when somebody else changed something, at most this often. */
const rereadMs = 500

export interface DeskSearch {
  readonly rows: Readonly<ShallowRef<readonly EntrantRow[]>>
  /** How many of the last rows have only a name like the one typed. */
  readonly similar: Readonly<Ref<number>>
  /** How many the filter lets through, while there is no text. */
  readonly matching: Readonly<Ref<number | null>>
  /** Nobody was found, and so many would be without the filter. */
  readonly hidden: Readonly<Ref<number>>
  /** The text `rows` answers; empty before the first answer. */
  readonly answered: Readonly<Ref<string>>
  readonly problem: Readonly<ShallowRef<ShownProblem | null>>
  /** Waits until `rows` answer what is asked now. False when that failed, or something else was asked meanwhile. */
  settled(): Promise<boolean>
  /** Asks again, for example after the connection came back. */
  refresh(): void
  /** Puts a changed row in the place of the old one, without asking. */
  replace(row: EntrantRow): void
}

/**
 * @param query what is typed
 * @param eventId the event searched in; null while none is known
 * @param filter who is listed, also without a text; null for everybody
 */
export function useDeskSearch(
  query: Readonly<Ref<string>>,
  eventId: Readonly<Ref<string | null>>,
  filter: Readonly<Ref<DeskFilter | null>>,
): DeskSearch {
  const { client, connection } = useEngine()
  const live = useLive()
  const rows = shallowRef<readonly EntrantRow[]>([])
  const similar = ref(0)
  const matching = ref<number | null>(null)
  const hidden = ref(0)
  const answered = ref('')
  const problem = shallowRef<ShownProblem | null>(null)
  let asking: Promise<void> | null = null
  let askAgain = false
  /** What `rows` answer. */
  let answeredFor = ''

  function ask(): Promise<void> {
    askAgain = asking !== null
    asking ??= askUntilAnswered().finally(() => (asking = null))
    return asking
  }

  // Typing faster than the answers come skips the texts in between, never the last one.
  async function askUntilAnswered(): Promise<void> {
    do {
      askAgain = false
      await askOnce()
    } while (askAgain)
  }

  const askedFor = () => JSON.stringify([query.value.trim(), eventId.value, filter.value])

  async function askOnce(): Promise<void> {
    const text = query.value.trim()
    const asked = askedFor()
    if ((text === '' && filter.value === null) || eventId.value === null) {
      rows.value = []
      similar.value = 0
      matching.value = null
      hidden.value = 0
      answered.value = ''
      answeredFor = asked
      problem.value = null
      return
    }
    try {
      const found = await client.desk.search({
        eventId: eventId.value,
        query: text,
        limit: mostRows,
        filter: filter.value,
      })
      // The box was emptied meanwhile, by Escape or a scan: this answer would put somebody in front unasked.
      if (query.value.trim() === '' && text !== '') return
      rows.value = found.rows
      similar.value = found.similar
      matching.value = found.matching
      hidden.value = found.hidden
      answered.value = text
      answeredFor = asked
      problem.value = null
    } catch (error) {
      problem.value = toShownProblem(error)
    }
  }

  watch([query, eventId, filter], () => void ask(), { immediate: true })
  watch(connection, (now) => {
    if (now === 'connected' && problem.value) void ask()
  })
  let reread: ReturnType<typeof setTimeout> | undefined
  const stop = live.onEvent((event) => {
    if (event.type !== 'data' || reread !== undefined) return
    reread = setTimeout(() => {
      reread = undefined
      void ask()
    }, rereadMs)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(reread)
  })

  return {
    rows,
    similar,
    matching,
    hidden,
    answered,
    problem,
    async settled() {
      const asked = askedFor()
      if (answeredFor !== asked) await ask()
      // Whoever watches the rows has put somebody in front by then.
      await nextTick()
      return answeredFor === asked && askedFor() === asked
    },
    refresh: () => void ask(),
    replace(row) {
      rows.value = rows.value.map((old) => (old.id === row.id ? row : old))
    },
  }
}
