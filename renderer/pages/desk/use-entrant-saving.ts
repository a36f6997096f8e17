/** Saving what was typed into an entrant's card: each field by itself, the refused ones with their reason. */
import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Holder } from '../../../main/contract/problem.ts'
import type { CheckInRule } from '../../../main/contract/check-in-rules.ts'
import type { EntrantCard } from '../../../main/contract/desk.ts'
import type { ShownProblem } from '../../connection/shown-problem.ts'
import { useOwnFields } from '../../composables/use-own-fields.ts'
import { useFieldReasons } from '../../fields/use-field-reasons.ts'
import { useTypedFields } from '../../fields/use-typed-fields.ts'
import { entrantField, type Draft, type EditableField } from './drafts.ts'
import type { DeskActions } from './use-desk-actions.ts'
import type { SignalLight } from './use-signal.ts'

/** What the saving is for: nobody is checked in while a bib or tag typed for them is not saved. */
export type Wanted = 'save' | 'checkIn'

export interface RefusedText {
  /** The sentence under the field. */
  readonly reason: string
  /** The text it is about; another text has not been refused. Left out: nothing was typed, and something has to be. */
  readonly typed?: string
  readonly holder?: Holder | undefined
}
export type RefusedTexts = Readonly<Partial<Record<EditableField, RefusedText>>>

export function useEntrantSaving(light: SignalLight, actions: DeskActions) {
  const { t } = useI18n()
  const { read } = useTypedFields()
  const { ofRefusal } = useFieldReasons()
  const refused = shallowRef<{ readonly id: string; readonly texts: RefusedTexts } | null>(null)
  const own = useOwnFields()
  const labelOf = (name: string) => own.labelOf(name) ?? t(`desk.field.${name}`)
  const labels = (names: readonly string[]) => names.map(labelOf).join(', ')

  function refusedText(name: string, typed: string, problem: ShownProblem): RefusedText {
    const field = { name, typed, label: labelOf(name) }
    return { reason: ofRefusal(field, problem), typed, holder: problem.holder }
  }

  /** Answers the texts that are saved now. */
  async function save(before: EntrantCard, typed: Draft, wanted: Wanted): Promise<Draft> {
    const { values, reasons } = await read(typed as Record<string, string>, entrantField)
    const result = await actions.changeEach(before, values)
    const textOf = (name: string) => typed[name as EditableField] ?? ''
    const texts: Record<string, RefusedText> = {}
    for (const [name, reason] of Object.entries(reasons)) {
      texts[name] = { reason, typed: textOf(name) }
    }
    for (const [name, problem] of Object.entries(result.refused)) {
      texts[name] = refusedText(name, textOf(name), problem)
    }
    const names = Object.keys(texts)
    refused.value = names.length > 0 ? { id: before.id, texts } : null
    const taken = Object.keys(result.taken)
    // The engine's own refusal of all of it has been said already.
    if (names.length > 0 && !result.whole) say(before, names, wanted === 'save' ? taken : null)
    return Object.fromEntries(taken.map((name) => [name, textOf(name)]))
  }

  /** Names the fields; each reason stands under its own. */
  function say(card: EntrantCard, names: readonly string[], saved: readonly string[] | null): void {
    const notSaved = t('forms.notSaved', { fields: labels(names) })
    const alsoSaved = saved?.length
      ? { reason: t('forms.alsoSaved', { fields: labels(saved) }) }
      : {}
    light.show({
      outcome: 'wrong',
      entrantId: card.id,
      ...(saved === null
        ? { word: t('forms.notCheckedIn'), reason: notSaved }
        : { word: notSaved, ...alsoSaved }),
    })
  }

  return {
    save,
    /** Gives one value that is in no field of the card, such as a scanned tag. Says why where it is refused. */
    async give(before: EntrantCard, name: EditableField, value: string): Promise<boolean> {
      const result = await actions.changeEach(before, { [name]: value })
      const problem = result.refused[name]
      if (problem) {
        const { reason } = refusedText(name, value, problem)
        actions.refusal.value = { entrantId: before.id, problem }
        const word = t('forms.notSaved', { fields: labelOf(name) })
        light.show({ outcome: 'wrong', word, reason, entrantId: before.id })
      }
      return result.saved !== null
    },
    /** Marks what a rule of the event asks for. */
    demand(id: string, missing: readonly CheckInRule[]): void {
      const texts = missing.map((rule) => [
        rule === 'startGroup' ? 'startGroupId' : rule,
        { reason: t(`desk.rules.needed.${rule}`) },
      ])
      refused.value = missing.length > 0 ? { id, texts: Object.fromEntries(texts) } : null
    },
    refusedOf: (id: string): RefusedTexts => (refused.value?.id === id ? refused.value.texts : {}),
    /** Forgets one refusal, or all. True when none is left of those there were. */
    forget(name?: EditableField): boolean {
      const { value } = refused
      if (!value) return false
      const { [name ?? 'bib']: _one, ...others } = value.texts
      const left = name === undefined ? [] : Object.keys(others)
      refused.value = left.length > 0 ? { ...value, texts: others } : null
      return left.length === 0
    },
  }
}
