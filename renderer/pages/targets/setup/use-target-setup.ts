/** A set-up in progress: the draft, the step, what is missing, and saving it. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AdapterView } from '../../../../main/contract/targets.ts'
import { useAdapterAsSet } from '../../../composables/use-adapter-as-set.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { draftFaults } from '../form/draft-faults.ts'
import { configOf, newDraft, type TargetDraft, typedOnly } from '../form/target-draft.ts'
import { kindsOf } from '../form/scope.ts'
import { forgetSetup, keepSetup, keptSetup } from './kept-draft.ts'
import { setupSteps, stepOf, type SetupStep } from './setup-steps.ts'

/** @param adapters all there are, in the order of the gallery */
export function useTargetSetup(adapters: readonly AdapterView[], wanted: string | null) {
  const { client, orpc } = useEngine()
  const cache = useQueryClient()
  const { t } = useI18n()

  const known = (name: string) => adapters.find((one) => one.name === name)
  const kept = wanted === null ? keptSetup() : keptSetup(wanted)
  const usable = kept && known(kept.draft.adapter)
  const start = wanted ? known(wanted) : undefined

  const step = ref<SetupStep>(usable ? kept.step : start ? 'connection' : 'adapter')
  const reached = ref<SetupStep>(usable ? kept.reached : step.value)
  const draft = ref<TargetDraft | null>(usable ? kept.draft : start ? newDraft(start) : null)
  const savedName = ref<string | null>(usable ? kept.savedName : null)
  /** Typed credentials; memory only, gone with the page. */
  const secrets = ref<Record<string, string>>({})
  const errors = reactive<Record<string, string>>({})
  const { data: targets } = useQuery(orpc.targets.list.queryOptions())
  const adapter = useAdapterAsSet(
    () => (draft.value ? (known(draft.value.adapter) ?? null) : null),
    () => draft.value?.settings ?? {},
  )
  // What there is not any more cannot travel; where everything did, what is new does too.
  watch(adapter, (now, before) => {
    // The first answer says what there is; only from then on something can come or go.
    const given = draft.value && known(draft.value.adapter)
    if (draft.value && now?.dependsOnSettings && now !== given && before !== given)
      draft.value.entities = kindsOf(draft.value.entities, now.entities, before?.entities ?? [])
  })

  watch(
    [draft, step, reached, savedName],
    () => {
      if (!draft.value) return
      keepSetup({
        step: step.value,
        reached: reached.value,
        draft: draft.value,
        savedName: savedName.value,
      })
    },
    { deep: true },
  )

  function showErrors(found: Readonly<Record<string, string>>) {
    for (const field of Object.keys(errors)) delete errors[field]
    Object.assign(errors, found)
  }
  function faults(): Record<string, string> {
    if (!draft.value || !adapter.value) return {}
    const found = draftFaults(draft.value, adapter.value, {
      typed: secrets.value,
      stored: savedName.value !== null,
    })
    const name = draft.value.name.trim()
    // Asked again when it is saved; said here, where the name is typed.
    const taken =
      name !== savedName.value && targets.value?.some(({ config }) => config.name === name)
    const all = taken ? { ...found, name: 'targets.fault.nameTaken' } : found
    return Object.fromEntries(
      Object.entries(all).map(([field, message]) => [field, t(message, { name })]),
    )
  }

  function go(to: SetupStep) {
    step.value = to
    if (setupSteps.indexOf(to) > setupSteps.indexOf(reached.value)) reached.value = to
  }
  /** What is to be corrected on this step; it is shown there. */
  function faultsHere(): readonly string[] {
    const here = Object.entries(faults()).filter(([field]) => stepOf(field) === step.value)
    showErrors(Object.fromEntries(here))
    return here.map(([field]) => field)
  }
  /** One step on, unless this one has something to correct. Answers whether it went. */
  function next(): boolean {
    const following = setupSteps[setupSteps.indexOf(step.value) + 1]
    if (faultsHere().length > 0 || !following) return false
    const missing = following === 'rehearsal' ? Object.entries(faults())[0] : undefined
    if (missing) {
      // Typed credentials are not kept over a reload, so the way back may be needed.
      showErrors(faults())
      go(stepOf(missing[0]))
    } else go(following)
    return true
  }
  /** Saves the target at rest, or what has changed since. Answers its name. */
  async function save(): Promise<string> {
    if (!draft.value) throw new Error('There is no draft to save')
    const typed = typedOnly(secrets.value)
    const config = {
      ...configOf(draft.value),
      ...(Object.keys(typed).length > 0 ? { secrets: typed } : {}),
    }
    const view =
      savedName.value === null
        ? await client.targets.add({ config, paused: true })
        : await client.targets.update({ name: savedName.value, changes: config })
    savedName.value = view.config.name
    await cache.invalidateQueries({ queryKey: orpc.targets.key() })
    return view.config.name
  }
  /** Saves it before its end, for a sign-in with a browser. Null where this step has something to correct. */
  const saveHere = async () => (faultsHere().length > 0 ? null : save())
  /** Ends the set-up; `drop` removes what was saved of it. */
  async function end(drop: boolean) {
    if (drop && savedName.value !== null) {
      await client.targets.remove({ name: savedName.value })
      await cache.invalidateQueries({ queryKey: orpc.targets.key() })
    }
    if (draft.value) forgetSetup(draft.value.adapter)
    draft.value = null
  }

  return {
    ...{ step, reached, draft, adapter, secrets, errors, savedName },
    ...{ go, next, save, saveHere, end, showErrors },
  }
}
