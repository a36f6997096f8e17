/** Who works at this desk: asked once when nobody is known, and again when somebody else takes over. */
import { computed, ref } from 'vue'
import { useKept } from '../../composables/use-kept.ts'
import { useSettings } from '../settings/use-settings.ts'

export function useOperator() {
  const { settings, change } = useSettings()
  /** Put off until the window is opened again. */
  const later = useKept('marshal.desk.who-later', false)
  const asked = ref(false)
  return {
    settings,
    change,
    /** Somebody takes over. */
    asked,
    isOpen: computed(() => asked.value || (settings.value?.operatorName === '' && !later.value)),
    done() {
      asked.value = false
    },
    putOff() {
      asked.value = false
      later.value = true
    },
  }
}
