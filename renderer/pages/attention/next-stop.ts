/**
 * Where the keyboard goes when what it stood on is settled and leaves the page: to the next thing to settle, which
 * carries `data-stop` and can take the focus.
 */
import { nextTick } from 'vue'

const stopsOf = () => [...document.querySelectorAll<HTMLElement>('main [data-stop]')]

/** Call before something is settled; the function it answers moves the focus when it has gone. */
export function rememberPlace(from: HTMLElement | null | undefined): () => Promise<void> {
  const before = stopsOf()
  const at = before.findIndex((stop) => stop === from || from?.contains(stop) === true)
  return async () => {
    await nextTick()
    const there = (stop: HTMLElement) => stop.isConnected
    const next =
      before.slice(Math.max(at, 0)).find(there) ??
      before.slice(0, Math.max(at, 0)).findLast(there) ??
      stopsOf()[0] ??
      document.querySelector<HTMLElement>('h1')
    next?.focus()
  }
}
