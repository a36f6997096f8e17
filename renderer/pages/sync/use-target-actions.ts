/** What a person can ask of one target, with what went wrong shown as a message at the bottom of the window. */
import { useQueryClient } from '@tanstack/vue-query'
import { shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { toShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useNotices } from '../../composables/use-notices.ts'
import { usePausedNotice } from '../../composables/use-paused-notice.ts'

/** Buttons that are waiting for the engine's answer, as `name/action`. */
const asked = shallowReactive(new Set<string>())

/** Functions by the words on their buttons. Each answers whether the engine took it. */
export function useTargetActions() {
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { t } = useI18n()
  const tellPaused = usePausedNotice()
  const cache = useQueryClient()

  const reread = (key: readonly unknown[]) => cache.invalidateQueries({ queryKey: key })

  /** @param work does it; asked with `resume` after a person chose *Resume and sync* */
  async function ask(
    name: string,
    action: string,
    work: (resume: boolean) => Promise<unknown>,
    resume = false,
  ): Promise<boolean> {
    const mark = `${name}/${action}`
    if (asked.has(mark)) return false
    asked.add(mark)
    try {
      await work(resume)
      if (resume) await Promise.all([reread(orpc.settings.key()), reread(orpc.targets.key())])
      return true
    } catch (error) {
      if (tellPaused(error, () => void ask(name, action, work, true))) return false
      const problem = toShownProblem(error)
      const what = problem.message || t(`words.problem.${problem.code}.title`)
      notify({ text: problem.fix ? `${what} ${problem.fix}` : what, tone: 'error' })
      return false
    } finally {
      asked.delete(mark)
    }
  }

  return {
    /** True while `action` of this target waits for an answer. */
    isAsked: (name: string, action: string) => asked.has(`${name}/${action}`),
    syncNow: (name: string) =>
      ask(name, 'sync', (resume) => client.sync.start({ targets: [name], resume })),
    /** A run of a kind that otherwise comes by schedule, or once. */
    runNow: (name: string, kind: 'initial' | 'reconcile') =>
      ask(name, kind, async (resume) => {
        await client.sync.start({ targets: [name], kind, resume })
        notify({ text: t(`targets.byHand.started.${kind}`, { name }), tone: 'success' })
      }),
    /** Sends every record in scope once more, also what did not change. */
    sendEverything: (name: string) =>
      ask(name, 'everything', async (resume) => {
        await client.sync.start({ targets: [name], force: true, resume })
        notify({ text: t('targets.byHand.started.everything', { name }), tone: 'success' })
      }),
    /** Lifts the guard against mass changes for one run. */
    sendAnyway: (name: string) =>
      ask(name, 'anyway', (resume) =>
        client.sync.start({ targets: [name], allowMassChange: true, resume }),
      ),
    cancel: (name: string) => ask(name, 'cancel', () => client.sync.cancel({ name })),
    pause: (name: string) =>
      ask(name, 'pause', async () => {
        await client.targets.pause({ name })
        await reread(orpc.targets.key())
      }),
    resume: (name: string) =>
      ask(name, 'resume', async () => {
        await client.targets.resume({ name })
        await reread(orpc.targets.key())
      }),
    pauseAll: (paused: boolean) =>
      ask('', 'pause-all', async () => {
        await client.sync.pauseAll({ paused })
        await reread(orpc.settings.key())
      }),
  }
}
