/** What the desk does to entrants: check in, change, scan, add. Each ends in one of the three outcomes. */
import { useQueryClient } from '@tanstack/vue-query'
import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type {
  DeskOutcome,
  EntrantCard,
  EntrantChange,
  WalkUpInput,
} from '../../../main/contract/desk.ts'
import { toShownProblem, type ShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useFormat } from '../../composables/use-format.ts'
import { useNotices } from '../../composables/use-notices.ts'
import { reverseOf } from './drafts.ts'
import { fullName, nameAndBib } from './entrant-name.ts'
import type { Signal, SignalLight } from './use-signal.ts'

/** What was asked for when no answer came: something typed is kept, a key pressed is not. */
type Lost = 'typed' | 'checkIn' | 'undoCheckIn' | 'asked'

export interface Refusal {
  readonly entrantId: string | null
  readonly problem: ShownProblem
}

export interface DeskActions {
  readonly busy: Readonly<Ref<boolean>>
  /** The last refusal, until the next success or another entrant. */
  readonly refusal: ShallowRef<Refusal | null>
  checkIn(id: string): Promise<EntrantCard | null>
  undoCheckIn(id: string): Promise<EntrantCard | null>
  /** Saves a change; `before` makes it possible to take it back. */
  change(change: EntrantChange, before: EntrantCard): Promise<EntrantCard | null>
  /**
   * Finds whose tag or bib a code is. `entrant` is null when nobody has it, which is signalled as a refusal
   * unless `unknownIsFine`: then a fresh tag is about to be given out.
   */
  scan(code: string, eventId: string, unknownIsFine: boolean): Promise<DeskOutcome | null>
  /** Signals that a scanned tag was given to an entrant. */
  showTagGiven(card: EntrantCard): void
  walkUp(input: WalkUpInput, checkInAtOnce: boolean): Promise<EntrantCard | ShownProblem>
}

/** @param onEntrant is told every newer state of an entrant */
export function useDeskActions(
  light: SignalLight,
  onEntrant: (card: EntrantCard) => void,
): DeskActions {
  const { t, te } = useI18n()
  const { client, orpc } = useEngine()
  const { clockTime } = useFormat()
  const { notify } = useNotices()
  const cache = useQueryClient()
  const busy = shallowRef(false)
  const refusal = shallowRef<Refusal | null>(null)

  function take(card: EntrantCard): EntrantCard {
    cache.setQueryData(orpc.desk.entrant.queryKey({ input: { id: card.id } }), card)
    onEntrant(card)
    return card
  }

  function refuse(problem: ShownProblem, entrantId: string | null, what: Lost = 'asked'): null {
    refusal.value = { entrantId, problem }
    const said =
      problem.code === 'engine-lost'
        ? lost(what)
        : { word: wordFor(problem), reason: reasonFor(problem) }
    light.show({ outcome: 'wrong', ...said, entrantId })
    return null
  }

  /** Without an answer it is not known whether it was done; what to do then depends on what was asked. */
  function lost(what: Lost): Pick<Signal, 'word' | 'reason'> {
    return { word: t(`desk.lost.${what}.word`), reason: t(`desk.lost.${what}.reason`) }
  }

  function wordFor(problem: ShownProblem): string {
    const own = `desk.refused.${problem.code}`
    return te(own) ? t(own) : t(`words.problem.${problem.code}.title`)
  }

  /** The engine's own words are English; the two refusals of every race morning are said in the reader's language. */
  function reasonFor(problem: ShownProblem): string {
    if (problem.code === 'taken' && problem.holder) {
      return t('desk.takenBy', { name: problem.holder.display })
    }
    const fix = `words.problem.${problem.code}.fix`
    return problem.message || (te(fix) ? t(fix) : '')
  }

  /** Runs one action; anything thrown becomes a refusal, so that the desk never hangs on an error. */
  async function attempt(
    entrantId: string | null,
    run: () => Promise<DeskOutcome>,
    { unknownIsFine = false, what = 'asked' as Lost } = {},
  ): Promise<DeskOutcome | null> {
    busy.value = true
    try {
      const outcome = await run()
      if (outcome.entrant) take(outcome.entrant)
      if (outcome.outcome !== 'wrong') refusal.value = null
      else if (!unknownIsFine || outcome.problem.code !== 'not-found') {
        refuse(outcome.problem, entrantId ?? outcome.entrant?.id ?? null)
      }
      return outcome
    } catch (error) {
      refuse(toShownProblem(error), entrantId, what)
      return null
    } finally {
      busy.value = false
    }
  }

  function alreadyReason(card: EntrantCard): string {
    if (!card.checkedInOn) return nameAndBib(card)
    const at = clockTime(card.checkedInOn)
    return card.checkedInBy
      ? t('desk.checkedInAtBy', { time: at, who: card.checkedInBy })
      : t('desk.checkedInAt', { time: at })
  }

  async function checkIn(id: string): Promise<EntrantCard | null> {
    const outcome = await attempt(id, () => client.desk.checkIn({ id }), { what: 'checkIn' })
    if (!outcome || outcome.outcome === 'wrong') return null
    const card = outcome.entrant
    const already = outcome.outcome === 'already'
    light.show({
      outcome: outcome.outcome,
      word: already ? t('desk.outcome.already') : t('desk.outcome.checkedIn'),
      reason: already ? alreadyReason(card) : nameAndBib(card),
      entrantId: id,
    })
    return card
  }

  async function undoCheckIn(id: string): Promise<EntrantCard | null> {
    const outcome = await attempt(id, () => client.desk.checkIn({ id, undo: true }), {
      what: 'undoCheckIn',
    })
    if (!outcome || outcome.outcome === 'wrong') return null
    light.clear()
    notify({
      text: t('desk.checkInUndone', { name: fullName(outcome.entrant) }),
      action: { label: t('desk.checkIn'), run: async () => void (await checkIn(id)) },
    })
    return outcome.entrant
  }

  async function change(wanted: EntrantChange, before: EntrantCard): Promise<EntrantCard | null> {
    const outcome = await attempt(wanted.id, () => client.desk.change(wanted), { what: 'typed' })
    if (!outcome || outcome.outcome === 'wrong') return null
    light.clear()
    notify({
      text: t('desk.savedFor', { name: nameAndBib(outcome.entrant) }),
      tone: 'success',
      action: {
        label: t('common.undo'),
        run: async () => {
          const undone = await attempt(wanted.id, () =>
            client.desk.change(reverseOf(wanted, before)),
          )
          if (undone && undone.outcome !== 'wrong') notify({ text: t('common.undone') })
        },
      },
    })
    return outcome.entrant
  }

  async function scan(
    code: string,
    eventId: string,
    unknownIsFine: boolean,
  ): Promise<DeskOutcome | null> {
    const ask = () => client.desk.scan({ eventId, code })
    const outcome = await attempt(null, ask, { unknownIsFine: true })
    if (outcome?.outcome === 'wrong' && outcome.problem.code === 'not-found' && !unknownIsFine) {
      const word = t('desk.refused.not-found')
      light.show({ outcome: 'wrong', word, reason: t('desk.nobodyHas', { code }), entrantId: null })
    }
    if (outcome && outcome.outcome !== 'wrong') {
      // Scanning only looks; somebody who is checked in already is worth the second sound.
      const checkedIn = outcome.entrant.status === 'checkedIn'
      light.show({
        outcome: checkedIn ? 'already' : 'ok',
        word: checkedIn ? t('desk.outcome.already') : t('desk.outcome.found'),
        reason: checkedIn ? alreadyReason(outcome.entrant) : nameAndBib(outcome.entrant),
        entrantId: outcome.entrant.id,
      })
    }
    return outcome
  }

  function showTagGiven(card: EntrantCard): void {
    light.show({
      outcome: 'ok',
      word: t('desk.outcome.tagGiven'),
      reason: `${nameAndBib(card)}: ${card.tag ?? ''}`,
      entrantId: card.id,
    })
  }

  async function walkUp(
    input: WalkUpInput,
    checkInAtOnce: boolean,
  ): Promise<EntrantCard | ShownProblem> {
    busy.value = true
    try {
      const outcome = await client.desk.walkUp(input)
      if (outcome.outcome === 'wrong') return outcome.problem
      refusal.value = null
      const card = take(outcome.entrant)
      if (checkInAtOnce) return (await checkIn(card.id)) ?? card
      light.show({
        outcome: 'ok',
        word: t('desk.outcome.added'),
        reason: nameAndBib(card),
        entrantId: card.id,
      })
      return card
    } catch (error) {
      return toShownProblem(error)
    } finally {
      busy.value = false
    }
  }

  return { busy, refusal, checkIn, undoCheckIn, change, scan, showTagGiven, walkUp }
}
