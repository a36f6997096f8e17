/** Typing anywhere on the page goes to the search box. */
import { onScopeDispose } from 'vue'
import { isTextField } from '../../composables/use-shortcuts.ts'

/**
 * @param focusSearch puts the cursor into the search box; false while there is none yet
 * @param typeAhead takes a character typed before the box was there
 * @param paused true while a dialog is open that wants the keys for itself
 */
export function useTypeAnywhere(
  focusSearch: () => boolean,
  typeAhead: (character: string) => void,
  paused: () => boolean,
): void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || paused()) return
    if (event.key.length !== 1 || isTextField(event.target)) return
    // Space presses buttons; "?" and "/" are shortcuts.
    if (event.key === ' ' || event.key === '?' || event.key === '/') return
    if (event.target instanceof Element && event.target.closest('[role="listbox"], [role="menu"]'))
      return
    if (document.querySelector('.v-overlay--active[role="dialog"], .v-overlay--active .v-card'))
      return
    if (!focusSearch()) typeAhead(event.key)
  }
  addEventListener('keydown', listen)
  onScopeDispose(() => removeEventListener('keydown', listen))
}
