/** Words for screen readers about what changed without the focus moving (WCAG 4.1.3). */
import { readonly, shallowRef } from 'vue'

const polite = shallowRef('')
const assertive = shallowRef('')

/** `announce('Checked in')` speaks when the reader is idle; `assertive` interrupts, for refusals only. */
export function useAnnounce() {
  return {
    announce(text: string, urgency: 'polite' | 'assertive' = 'polite') {
      const region = urgency === 'polite' ? polite : assertive
      // The same words twice are spoken twice only if the text really changes.
      region.value = region.value === text ? `${text}\u00A0` : text
    },
    polite: readonly(polite),
    assertive: readonly(assertive),
  }
}
