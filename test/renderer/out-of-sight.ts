/** What people cannot see of a page without scrolling sideways, cut text and what lies over the title. */
import type { Page } from 'playwright-core'

/**
 * Measures every element that shows text or takes typing, also inside parts that scroll by themselves, where the size of
 * the document tells nothing. Tables in a frame of their own may be wider than it.
 * @returns one line per finding
 */
export function outOfSight(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const slack = 1.5
    const found = new Set<string>()
    const named = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${(element.textContent ?? '').trim().slice(0, 50)}`
    const hasText = (element: Element) =>
      element instanceof HTMLInputElement ||
      element instanceof HTMLTextAreaElement ||
      element instanceof HTMLButtonElement ||
      [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      )
    const dialog = document.querySelector('.v-overlay--active[role="dialog"]')
    const root = dialog ?? document.querySelector('#app')!
    for (const element of root.querySelectorAll('*')) {
      if (!hasText(element) || element.closest('.m-table-frame, svg, [aria-hidden="true"]'))
        continue
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      const box = element.getBoundingClientRect()
      // What is only read out has no size.
      if (box.width <= 2 || box.height <= 2) continue
      const style = getComputedStyle(element)
      if (box.right > innerWidth + slack || box.left < -slack) {
        found.add(`outside the window: ${named(element)}`)
      }
      const card = element.closest('.v-card')?.getBoundingClientRect()
      if (card && (box.right > card.right + slack || box.left < card.left - slack)) {
        found.add(`over the edge of its card: ${named(element)}`)
      }
      const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
      if (
        !isField &&
        style.overflowX === 'hidden' &&
        element.scrollWidth > element.clientWidth + slack
      ) {
        found.add(`cut: ${named(element)}`)
      }
      for (
        let outer = element.parentElement;
        outer && outer !== root;
        outer = outer.parentElement
      ) {
        const { overflowX, position } = getComputedStyle(outer)
        const around = outer.getBoundingClientRect()
        if (overflowX !== 'visible' && around.width > 2) {
          if (box.right > around.right + slack || box.left < around.left - slack) {
            found.add(`cut by <${outer.className}>: ${named(element)}`)
          }
        }
        if (position === 'fixed') break
      }
    }
    const title = document.querySelector('h1')!
    const { left, top, width, height } = title.getBoundingClientRect()
    const over = document.elementFromPoint(left + width / 2, top + height / 2)
    if (!dialog && over && !title.contains(over)) found.add(`over the title: ${named(over)}`)
    return [...found]
  })
}
