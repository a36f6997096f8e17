/** Short messages at the bottom of the window, with one action such as *Undo*. */
import { shallowReactive, shallowReadonly } from 'vue'
import { useAnnounce } from './use-announce.ts'

export interface NoticeAction {
  readonly label: string
  readonly run: () => void | Promise<void>
}

export interface NoticeContent {
  readonly text: string
  readonly tone?: 'neutral' | 'success' | 'error'
  readonly action?: NoticeAction
  /** Milliseconds until it goes by itself; 0 stays. Longer where there is an action. */
  readonly timeoutMs?: number
}

export interface Notice extends NoticeContent {
  readonly id: number
}

const shown = shallowReactive<Notice[]>([])
let lastId = 0

/** `notify({ text, action: { label: t('common.undo'), run } })`. At most three are shown; the oldest goes first. */
export function useNotices() {
  const { announce } = useAnnounce()
  const dismiss = (id: number) => {
    const at = shown.findIndex((notice) => notice.id === id)
    if (at >= 0) shown.splice(at, 1)
  }
  return {
    notices: shallowReadonly(shown),
    dismiss,
    notify(content: NoticeContent): number {
      const id = ++lastId
      shown.push({ ...content, id })
      while (shown.length > 3) shown.shift()
      announce(content.text, content.tone === 'error' ? 'assertive' : 'polite')
      const timeoutMs = content.timeoutMs ?? (content.action ? 12_000 : 5_000)
      if (timeoutMs > 0) setTimeout(() => dismiss(id), timeoutMs)
      return id
    },
  }
}
