/** Puts the focus back where it was before a dialog opened, so that the keyboard goes on from there. */
import { nextTick, watch, type Ref } from 'vue'

/** @param open true while the dialog is open */
export function useReturnFocus(open: Readonly<Ref<boolean>>): void {
  let before: Element | null = null
  watch(
    open,
    async (isOpen) => {
      if (isOpen) {
        before = document.activeElement
        return
      }
      await nextTick()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      before = null
    },
    // Before the dialog is drawn and takes the focus itself.
    { flush: 'sync' },
  )
}
