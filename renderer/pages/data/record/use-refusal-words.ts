/** Why a record was not saved or deleted, in the reader's language where the engine's answer says enough for that. */
import { useI18n } from 'vue-i18n'
import type { EntityView } from '../../../../main/contract/records.ts'
import type { ShownProblem } from '../../../connection/shown-problem.ts'
import { useFieldReasons } from '../../../fields/use-field-reasons.ts'
import type { RecordDraft } from '../record-drafts.ts'
import { useFieldWords } from '../use-field-words.ts'
import type { SaveOutcome } from './use-record-editing.ts'

export function useRefusalWords() {
  const { t } = useI18n()
  const { ofRefusal } = useFieldReasons()
  const { labelOf } = useFieldWords()

  /** The holder as people know it: "start group Wave 1". */
  const holderOf = ({ holder }: ShownProblem) =>
    holder
      ? t('data.holder', { kind: t(`words.entity.${holder.entity}`), name: holder.display })
      : ''

  /** Field → what is wrong with it; nothing for a field that was typed over since. */
  function fieldErrors(
    entity: EntityView,
    { reasons, refused, typed }: SaveOutcome,
    draft: RecordDraft,
  ): Readonly<Record<string, string>> {
    const words: Record<string, string> = { ...reasons }
    for (const [name, problem] of Object.entries(refused)) {
      const field = entity.fields.find((one) => one.name === name)
      const label = field ? labelOf(entity.name, field) : name
      const text = String(typed[name] ?? '')
      words[name] = ofRefusal({ name, label, typed: text }, problem)
    }
    return Object.fromEntries(
      Object.entries(words).filter(([name]) => (draft[name] ?? null) === (typed[name] ?? null)),
    )
  }

  function refusedToDelete(problem: ShownProblem): ShownProblem {
    if (!problem.holder) return problem
    const { fields: _none, fix: _english, ...rest } = problem
    return { ...rest, message: t('data.stillUsed', { by: holderOf(problem) }) }
  }

  return { fieldErrors, refusedToDelete }
}
