/** Why a record was not saved or deleted, in the reader's language where the engine's answer says enough for that. */
import { useI18n } from 'vue-i18n'
import type { EntityView } from '../../../../main/contract/records.ts'
import type { ShownProblem } from '../../../connection/shown-problem.ts'

export function useRefusalWords() {
  const { t } = useI18n()

  /** The holder as people know it: "start group Wave 1". */
  const holderOf = ({ holder }: ShownProblem) =>
    holder
      ? t('data.holder', { kind: t(`words.entity.${holder.entity}`), name: holder.display })
      : ''

  /** Field → what is wrong with it. */
  function fieldErrors(
    entity: EntityView,
    problem: ShownProblem,
  ): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(problem.fields ?? {}).map(([name, reason]) => {
        if (problem.holder) return [name, t('data.takenBy', { name: problem.holder.display })]
        const kind = entity.fields.find((field) => field.name === name)?.kind
        if (/missing|required|empty/i.test(reason)) return [name, t('common.required')]
        if (kind === 'integer' || kind === 'number') return [name, t('data.form.notANumber')]
        return [name, reason]
      }),
    )
  }

  /** The whole, without what stands at the fields already. */
  function refusedToSave(problem: ShownProblem): ShownProblem {
    const { fields: _atTheFields, fix: _english, ...rest } = problem
    if (problem.holder)
      return { ...rest, message: t('data.takenBy', { name: problem.holder.display }) }
    return problem.fields ? { ...rest, message: '' } : problem
  }

  function refusedToDelete(problem: ShownProblem): ShownProblem {
    if (!problem.holder) return problem
    const { fields: _none, fix: _english, ...rest } = problem
    return { ...rest, message: t('data.stillUsed', { by: holderOf(problem) }) }
  }

  return { fieldErrors, refusedToSave, refusedToDelete }
}
