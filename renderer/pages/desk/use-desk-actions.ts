/** What the desk does to entrants: check in, change, scan, add. Each ends in one of the three outcomes. */
import { useQueryClient } from '@tanstack/vue-query'
import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { CheckInRule } from '../../../main/contract/check-in-rules.ts'
import type {
  DeskOutcome,
  EntrantCard,
  EntrantChange,
  LabelFault,
  WalkUpInput,
} from '../../../main/contract/desk.ts'
import { toShownProblem, type ShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useFormat } from '../../composables/use-format.ts'
import { useNotices } from '../../composables/use-notices.ts'
import { saveEachField, type EachField } from '../../fields/save-each-field.ts'
import { changeFrom, reverseOf } from './drafts.ts'
import { fullName, nameAndBib } from './entrant-name.ts'
import { labelReason } from './label-reason.ts'
import type { SignalLight } from './use-signal.ts'

export interface Refusal {
  readonly entrantId: string | null
  readonly problem: ShownProblem
  /** What a rule of the event asks for. */
  readonly missing?: readonly CheckInRule[]
}

/** What was asked of the engine; without an answer each means something else. */
type Asked = 'save' | 'checkIn' | 'undo' | 'scan'

type Refused = Extract<DeskOutcome, { outcome: 'wrong' }>

interface Attempt {
  readonly asked: Asked
  /** A refusal the caller deals with himself. */
  readonly isFine?: (problem: ShownProblem) => boolean
}

export interface DeskActions {
  readonly busy: Readonly<Ref<boolean>>
  /** The last refusal, until the next success or another entrant. */
  readonly refusal: ShallowRef<Refusal | null>
  checkIn(id: string): Promise<EntrantCard | null>
  undoCheckIn(id: string): Promise<EntrantCard | null>
  /** Saves what fits, field by field; `before` makes it possible to take it back. */
  changeEach(
    before: EntrantCard,
    values: Readonly<Record<string, string | null>>,
  ): Promise<EachField<EntrantCard, string | null>>
  /**
   * Finds whose tag or bib a code is. `entrant` is null when nobody has it, which is signalled as a refusal
   * unless `unknownIsFine`: then a fresh tag is about to be given out.
   */
  scan(code: string, eventId: string, unknownIsFine: boolean): Promise<DeskOutcome | null>
  /** Signals that a scanned tag was given to an entrant. */
  showTagGiven(card: EntrantCard, field: 'tag' | 'spareTag'): void
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

  function refuse(problem: ShownProblem, entrantId: string | null, asked: Asked): null {
    refusal.value = { entrantId, problem }
    if (problem.code === 'engine-lost') sayNoAnswer(asked, entrantId)
    else
      light.show({
        outcome: 'wrong',
        word: wordFor(problem),
        reason: reasonFor(problem),
        entrantId,
      })
    return null
  }

  function refuseMissing({ problem, entrant, missing = [] }: Refused): void {
    const entrantId = entrant?.id ?? null
    refusal.value = { entrantId, problem, missing }
    const word = t('forms.notCheckedIn')
    light.show({ outcome: 'wrong', word, reason: missingWords(missing), entrantId })
  }

  function refuseLabel(fault: LabelFault, { problem, entrant }: Refused): void {
    const entrantId = entrant?.id ?? null
    refusal.value = { entrantId, problem }
    const reason = labelReason(t, fault, entrant)
    light.show({ outcome: 'wrong', word: t('desk.label.word'), reason, entrantId })
  }

  function missingWords(missing: readonly CheckInRule[]): string {
    const what = missing.map((rule) => t(`desk.rules.name.${rule}`)).join(', ')
    return t('desk.rules.missing', { what })
  }

  /** Checked in, although the event would rather have more first. */
  function sayWarned(card: EntrantCard, missing: readonly CheckInRule[]): void {
    const reason = `${nameAndBib(card)} · ${missingWords(missing)}`
    const word = t('desk.rules.checkedIn')
    light.show({ outcome: 'already', word, reason, entrantId: card.id })
  }

  function wordFor(problem: ShownProblem): string {
    const own = `desk.refused.${problem.code}`
    return te(own) ? t(own) : t(`words.problem.${problem.code}.title`)
  }

  /** While the engine does not answer nobody knows more than that; what may be lost is said, and nothing else. */
  function sayNoAnswer(asked: Asked, entrantId: string | null): void {
    light.show({
      outcome: 'wrong',
      word: t(`desk.lost.${asked}.word`),
      reason: t(`desk.lost.${asked}.reason`),
      entrantId,
    })
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
    { asked, isFine = () => false }: Attempt,
  ): Promise<DeskOutcome | null> {
    busy.value = true
    try {
      const outcome = await run()
      if (outcome.entrant) take(outcome.entrant)
      if (outcome.outcome !== 'wrong') refusal.value = null
      else if (outcome.missing) refuseMissing(outcome)
      else if (outcome.label) refuseLabel(outcome.label, outcome)
      else if (!isFine(outcome.problem)) {
        refuse(outcome.problem, entrantId ?? outcome.entrant?.id ?? null, asked)
      }
      return outcome
    } catch (error) {
      refuse(toShownProblem(error), entrantId, asked)
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
    const outcome = await attempt(id, () => client.desk.checkIn({ id }), { asked: 'checkIn' })
    if (!outcome || outcome.outcome === 'wrong') return null
    const card = outcome.entrant
    const already = outcome.outcome === 'already'
    if (outcome.outcome === 'ok' && outcome.missing) {
      sayWarned(card, outcome.missing)
      return card
    }
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
      asked: 'undo',
    })
    if (!outcome || outcome.outcome === 'wrong') return null
    light.clear()
    notify({
      text: t('desk.checkInUndone', { name: fullName(outcome.entrant) }),
      action: { label: t('desk.checkIn'), run: async () => void (await checkIn(id)) },
    })
    return outcome.entrant
  }

  async function changeEach(
    before: EntrantCard,
    values: Readonly<Record<string, string | null>>,
  ): Promise<EachField<EntrantCard, string | null>> {
    const { id } = before
    const isFine = ({ fields }: ShownProblem) =>
      Object.keys(fields ?? {}).some((one) => one in values)
    let warned: readonly CheckInRule[] = []
    const result = await saveEachField<EntrantCard, string | null>(values, async (some) => {
      const change = () => client.desk.change(changeFrom(id, some))
      const outcome = await attempt(id, change, { asked: 'save', isFine })
      if (!outcome) return { problem: refusal.value!.problem }
      if (outcome.outcome === 'wrong') return { problem: outcome.problem }
      warned = (outcome.outcome === 'ok' && outcome.missing) || []
      return { saved: outcome.entrant }
    })
    if (result.saved) tellSaved(result.saved, changeFrom(id, result.taken), before)
    if (result.saved && warned.length > 0) sayWarned(result.saved, warned)
    return result
  }

  function tellSaved(saved: EntrantCard, wanted: EntrantChange, before: EntrantCard): void {
    light.clear()
    const takeBack = () => client.desk.change(reverseOf(wanted, before))
    notify({
      text: t('desk.savedFor', { name: nameAndBib(saved) }),
      tone: 'success',
      action: {
        label: t('common.undo'),
        run: async () => {
          const undone = await attempt(wanted.id, takeBack, { asked: 'undo' })
          if (undone && undone.outcome !== 'wrong') notify({ text: t('common.undone') })
        },
      },
    })
  }

  async function scan(
    code: string,
    eventId: string,
    unknownIsFine: boolean,
  ): Promise<DeskOutcome | null> {
    const ask = () => client.desk.scan({ eventId, code })
    const isFine = ({ code: why }: ShownProblem) => why === 'not-found'
    const outcome = await attempt(null, ask, { asked: 'scan', isFine })
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

  function showTagGiven(card: EntrantCard, field: 'tag' | 'spareTag'): void {
    light.show({
      outcome: 'ok',
      word: t('desk.outcome.tagGiven'),
      reason: `${nameAndBib(card)}: ${card[field] ?? ''}`,
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
      const [double] = ('possible' in outcome && outcome.possible) || []
      if (double) notify({ text: t('desk.maySame', { name: double.display }), timeoutMs: 12_000 })
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

  return { busy, refusal, checkIn, undoCheckIn, changeEach, scan, showTagGiven, walkUp }
}
