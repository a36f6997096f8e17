/** How the reader of this window writes a date, and which day it is there. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { dateOrderOf, type DateReader } from '../../main/contract/birth-date.ts'

const two = (value: number) => String(value).padStart(2, '0')

export function useDateReader() {
  const { locale } = useI18n()
  /** The computer's own variant of the window's language, if it has one: British and American order differ. */
  const language = computed(
    () =>
      navigator.languages.find((one) => one.slice(0, 2).toLowerCase() === locale.value) ??
      locale.value,
  )
  const order = computed(() => dateOrderOf(language.value))
  /** Asked for each time: a window stays open over midnight. */
  const reader = (): DateReader => {
    const now = new Date()
    const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
    return { order: order.value, today }
  }
  return { language, order, reader }
}
