/**
 * Who works at this desk: asked once when nobody is known, and again when somebody else takes over. A browser keeps its own
 * name; the desktop app is the computer, whose settings have it.
 */
import { computed, ref } from 'vue'
import { tidyName, type Operator } from '../../../main/contract/operator.ts'
import { useKept } from '../../composables/use-kept.ts'
import { inDesktopApp } from '../../connection/host.ts'
import { operatorOfBrowser } from '../../connection/operator-of-browser.ts'
import { useSettings } from '../settings/use-settings.ts'

export function useOperator() {
  const { settings, change, problem, saving } = useSettings()
  /** Put off until the window is opened again. */
  const later = useKept('marshal.desk.who-later', false)
  const asked = ref(false)
  const isBrowser = !inDesktopApp()
  /** Null until the settings are read. */
  const current = computed<Operator | null>(() => {
    if (isBrowser) return operatorOfBrowser.value
    const { value } = settings
    return value ? { name: value.operatorName, desk: value.deviceName } : null
  })
  async function keep({ name, desk }: Operator): Promise<boolean> {
    if (!isBrowser) return change({ operatorName: tidyName(name), deviceName: tidyName(desk) })
    operatorOfBrowser.value = { name, desk }
    return true
  }
  return {
    current,
    problem,
    busy: computed(() => saving.value.size > 0),
    /** Somebody takes over. */
    asked,
    isOpen: computed(() => asked.value || (current.value?.name === '' && !later.value)),
    /** Answers whether it was saved; if not, `problem` says why and the question stays. */
    async save(operator: Operator): Promise<boolean> {
      const isSaved = await keep(operator)
      if (isSaved) asked.value = false
      return isSaved
    },
    putOff() {
      problem.value = null
      asked.value = false
      later.value = true
    },
  }
}
