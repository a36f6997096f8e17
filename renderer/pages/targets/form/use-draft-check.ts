/** Asks the engine whether a configuration can be used; what is wrong comes back by field. */
import { useI18n } from 'vue-i18n'
import { toShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { configOf, type TargetDraft } from './target-draft.ts'

/** `check(draft)` answers the faults by field. The engine checks before it connects, so an unreachable target is no fault. */
export function useDraftCheck() {
  const { client } = useEngine()
  const { t } = useI18n()

  async function check(draft: TargetDraft): Promise<Readonly<Record<string, string>>> {
    try {
      await client.targets.test({ config: { ...configOf(draft), name: draft.name.trim() || 'x' } })
      return {}
    } catch (error) {
      const problem = toShownProblem(error)
      return problem.fields ?? { problem: problem.message || t('words.problem.unexpected.title') }
    }
  }
  return { check }
}
