/** Runs inside the window: when the rows for a typed text are on the screen. */

export interface TypedKey {
  readonly key: string
  /** From the key event to the end of the frame with its rows, milliseconds. */
  readonly shownMs: number
}

/** Every row as its id and its marked parts, all in one line. */
export type SeenRows = string

export interface TypingProbe {
  /** Begins a text: what each of its letters shall lead to, in the form of `SeenRows`. */
  expect(rows: readonly SeenRows[]): void
  /** Whether the rows of the last letter are there. */
  settled(): boolean
  keys(): readonly TypedKey[]
}

declare global {
  interface Window {
    typing: TypingProbe
  }
}

/** Sent to the page as text, so it uses nothing from outside. */
export function watchTyping(): void {
  let wanted: readonly SeenRows[] = []
  let typed: { readonly key: string; readonly at: number; shownMs: number | null }[] = []
  let looking = false

  const box = () => document.querySelector<HTMLInputElement>('input[role="combobox"]')
  const shown = () =>
    [...document.querySelectorAll('[role="option"]')]
      .map((row) => {
        const marks = [...row.querySelectorAll('mark')].map(({ textContent }) => textContent)
        return [row.id.slice(-36), ...marks].join(' ')
      })
      .join()

  /** What is there when a frame begins is drawn in it; a message sent then arrives when it is. */
  function look(): void {
    if (looking) return
    looking = true
    requestAnimationFrame(() => {
      looking = false
      const letters = box()?.value.length ?? 0
      if (letters === 0 || wanted[letters - 1] !== shown()) return
      const waiting = typed.slice(0, letters).filter(({ shownMs }) => shownMs === null)
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        // A letter whose rows never came, because the next was faster, waited for those of the next.
        for (const one of waiting) one.shownMs ??= performance.now() - one.at
      }
      port2.postMessage(null)
    })
  }

  addEventListener(
    'keydown',
    ({ key, timeStamp, ctrlKey }) => {
      if (key.length === 1 && !ctrlKey) typed.push({ key, at: timeStamp, shownMs: null })
    },
    { capture: true },
  )
  addEventListener('input', look)
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
  })
  window.typing = {
    expect(rows) {
      wanted = rows
      typed = []
    },
    settled: () => typed.length === wanted.length && typed.at(-1)?.shownMs !== null,
    keys: () => typed.map(({ key, shownMs }) => ({ key, shownMs: shownMs ?? Number.NaN })),
  }
}
