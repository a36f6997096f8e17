/**
 * Letters never change what a select field holds. The component library picks by the first letters typed, also while its
 * list is closed: a scanner, or somebody who thinks to be elsewhere, would change a value nobody looks at. In an open
 * list letters move to the choice that begins with them; Enter or a click takes it.
 */

const lookupMs = 1000

/** Starts listening; once per window. Scanners listen before this, pages after. */
export function keepSelectsFromLetters(): void {
  let typed = ''
  let lastAt = 0
  document.addEventListener(
    'keydown',
    (event) => {
      const list = selectListOf(event)
      if (list === undefined) return
      event.stopPropagation()
      if (list === null) return
      typed = event.timeStamp - lastAt > lookupMs ? event.key : typed + event.key
      lastAt = event.timeStamp
      focusChoice(list, typed)
    },
    { capture: true },
  )
}

/** The open list a letter was typed at, null at a closed select, undefined anywhere else. */
function selectListOf(event: KeyboardEvent): Element | null | undefined {
  const { target, key } = event
  if (key.length !== 1 || key === ' ' || event.ctrlKey || event.metaKey || event.altKey)
    return undefined
  if (!(target instanceof Element)) return undefined
  const inList = target.closest('.v-select__content')
  if (inList) return inList.querySelector('[role="listbox"]') ?? inList
  if (!isSelect(target)) return undefined
  const id = target.getAttribute('aria-controls')
  const isOpen = target.getAttribute('aria-expanded') === 'true'
  return isOpen && id ? document.getElementById(id) : null
}

function focusChoice(list: Element, typed: string): void {
  const choices = [...list.querySelectorAll<HTMLElement>('.v-list-item')]
  const wanted = typed.toLocaleLowerCase()
  choices.find((one) => one.textContent.trim().toLocaleLowerCase().startsWith(wanted))?.focus()
}

/** True for the input of a field that only offers choices: what is typed there is no text. */
export function isSelect(target: Element): boolean {
  return target.closest('.v-select:not(.v-autocomplete, .v-combobox)') !== null
}
