/** Handing out and checking tags with a scanner: one scan after the other, each with its colour, word and sound. */
import { ref, shallowRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DeskOutcome, EntrantCard } from '../../../../main/contract/desk.ts'
import { toShownProblem, type ShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { nameAndBib } from '../entrant-name.ts'
import { labelReason } from '../label-reason.ts'
import { useSignal } from '../use-signal.ts'
import { tagStep, type TagMode, type TagStep } from './tag-steps.ts'

export interface HandedOut {
  readonly id: string
  /** Different for each handing out, also of the same tag to the same entrant. */
  readonly number: number
  readonly name: string
  readonly tag: string
  /** What the entrant had before; null for nothing. */
  readonly before: string | null
}

/** As many as are looked back at. */
const mostShown = 30

export function useTagStation(eventId: Readonly<Ref<string | null>>) {
  const { t } = useI18n()
  const { client } = useEngine()
  const light = useSignal()
  const mode = ref<TagMode>('handOut')
  const waiting = shallowRef<EntrantCard | null>(null)
  const handedOut = shallowRef<readonly HandedOut[]>([])
  const count = ref(0)
  let number = 0
  let queue: Promise<void> = Promise.resolve()

  /** Scans may come faster than answers: each waits for the one before. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    queue = queue.then(work)
    return queue
  }

  function say(
    outcome: DeskOutcome['outcome'],
    word: string,
    entrant: EntrantCard | null,
    reason = entrant ? describe(entrant) : '',
  ): void {
    light.show({
      outcome,
      word: t(`desk.tags.said.${word}`),
      reason,
      entrantId: entrant?.id ?? null,
    })
  }
  function describe(entrant: EntrantCard): string {
    return [nameAndBib(entrant), entrant.startGroup, entrant.race].filter(Boolean).join(' · ')
  }

  async function take(code: string): Promise<void> {
    if (eventId.value === null) return say('wrong', 'refused', null, t('desk.tags.noEvent'))
    try {
      const found = await client.desk.scan({ eventId: eventId.value, code })
      if (found.outcome === 'wrong' && found.label) {
        const reason = labelReason(t, found.label, found.entrant)
        return say('wrong', 'refused', found.entrant, reason)
      }
      if (found.outcome === 'wrong' && found.problem.code !== 'not-found') {
        return refuse(found.problem)
      }
      await act(tagStep(mode.value, waiting.value, { code, entrant: found.entrant }), code)
    } catch (error) {
      refuse(toShownProblem(error))
    }
  }

  async function act(step: TagStep, code: string): Promise<void> {
    switch (step.kind) {
      case 'hold':
        waiting.value = step.entrant
        if (step.left) {
          const reason = t('desk.tags.left', { name: nameAndBib(step.left) })
          return say('already', 'next', step.entrant, `${describe(step.entrant)} · ${reason}`)
        }
        return say('ok', 'next', step.entrant)
      case 'bibAgain':
        return say('already', 'bibAgain', step.entrant)
      case 'whose':
        return say('ok', 'whose', step.entrant)
      case 'right':
        waiting.value = null
        return say('ok', 'right', step.entrant)
      case 'wrong': {
        waiting.value = null
        const name = nameAndBib(step.entrant)
        const reason = step.holder
          ? t('desk.tags.ofAnother', { code, name, holder: describe(step.holder) })
          : t('desk.tags.ofNobody', { code, name })
        return say('wrong', 'wrong', step.entrant, reason)
      }
      case 'nobody':
        return say('wrong', 'nobody', null, t('desk.nobodyHas', { code }))
      case 'give':
        return give(step.entrant, code)
    }
  }

  async function give(entrant: EntrantCard, code: string): Promise<void> {
    const outcome = await client.desk.change({ id: entrant.id, tag: code })
    if (outcome.outcome === 'wrong') return refuse(outcome.problem)
    waiting.value = null
    const reason = `${describe(outcome.entrant)} · ${code}`
    if (outcome.outcome === 'already') return say('already', 'hasIt', entrant, reason)
    count.value += 1
    number += 1
    const tag = outcome.entrant.tag ?? code
    const one = { id: entrant.id, number, name: nameAndBib(entrant), tag, before: entrant.tag }
    handedOut.value = [one, ...handedOut.value].slice(0, mostShown)
    say('ok', 'given', outcome.entrant, reason)
  }

  /** Whoever waits goes on waiting: another tag may be at hand. */
  function refuse({ code, holder, message }: ShownProblem): void {
    if (code === 'taken' && holder) {
      return say('wrong', 'taken', null, t('desk.takenBy', { name: holder.display }))
    }
    if (code === 'engine-lost') {
      const reason = t('desk.lost.scan.reason')
      return light.show({
        outcome: 'wrong',
        word: t('desk.lost.scan.word'),
        reason,
        entrantId: null,
      })
    }
    say('wrong', 'refused', null, message)
  }

  /** Only this handing out, and only while the entrant still has that tag: another desk may have given a better one. */
  async function undo({ id, number: undone, tag, before }: HandedOut): Promise<void> {
    if (!handedOut.value.some((one) => one.number === undone)) return
    try {
      const now = await client.desk.entrant({ id })
      if (now.tag !== tag) {
        forget(undone)
        return say('already', 'changedSince', now)
      }
      const outcome = await client.desk.change({ id, tag: before })
      if (outcome.outcome === 'wrong') return refuse(outcome.problem)
      forget(undone)
      count.value -= 1
      say('already', 'takenBack', outcome.entrant)
    } catch (error) {
      refuse(toShownProblem(error))
    }
  }
  function forget(undone: number): void {
    handedOut.value = handedOut.value.filter((one) => one.number !== undone)
  }

  return {
    light,
    mode,
    waiting,
    handedOut,
    /** Handed out in this sitting. */
    count,
    scan: (code: string) => inTurn(() => take(code)),
    undo: (one: HandedOut) => inTurn(() => undo(one)),
    /** Who waits is not waited for any more. */
    reset() {
      waiting.value = null
      light.clear()
    },
  }
}
