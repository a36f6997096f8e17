/** Keys that work anywhere in the window. Whoever registers one appears in the help dialog as long as it is mounted. */
import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'
import { isSelect } from './careful-selects.ts'

export interface Shortcut {
  /** `F2`, `/`, `?`, `Ctrl+S`; Ctrl stands for Command on a Mac. */
  readonly keys: string
  /** Message key of what it does. */
  readonly label: string
  readonly run: (event: KeyboardEvent) => void
  /** Left out: always. */
  readonly when?: () => boolean
}

const registered = shallowReactive<Shortcut[]>([])

/** Registers shortcuts for the life of the calling component. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  registered.push(...shortcuts)
  onScopeDispose(() => {
    for (const shortcut of shortcuts) {
      const at = registered.indexOf(shortcut)
      if (at >= 0) registered.splice(at, 1)
    }
  })
}

/** All shortcuts that work now, for the help dialog. */
export function useShortcutList(): ComputedRef<readonly Shortcut[]> {
  return computed(() => registered.filter(works))
}

function works({ when }: Shortcut): boolean {
  return when?.() ?? true
}

/** Starts listening; once per window. */
export function listenForShortcuts(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const pressed = nameOf(event)
    const found = registered.findLast((shortcut) => shortcut.keys === pressed && works(shortcut))
    if (!found) return
    const isPlainCharacter = event.key.length === 1 && !event.ctrlKey && !event.metaKey
    if (isPlainCharacter && isTextField(event.target)) return
    event.preventDefault()
    found.run(event)
  })
}

/** True for an element that takes typed text. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return (
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button'].includes(target.type) &&
    !isSelect(target)
  )
}

function nameOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : ''
  return control + (event.key.length === 1 ? event.key.toUpperCase() : event.key)
}
