/** What a person can ask of one target, with what went wrong shown as a message at the bottom of the window. */
import { useQueryClient } from '@tanstack/vue-query'
import { shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { toShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useNotices } from '../../composables/use-notices.ts'

/** Buttons that are waiting for the engine's answer, as `name/action`. */
const asked = shallowReactive(new Set<string>())

/** Functions by the words on their buttons. Each answers whether the engine took it. */
export function useTargetActions() {
  const { client, orpc } = useEngine()
  const { notify } = useNotices()
  const { t } = useI18n()
  const cache = useQueryClient()

  async function ask(name: string, action: string, work: () => Promise<unknown>): Promise<boolean> {
    const mark = `${name}/${action}`
    if (asked.has(mark)) return false
    asked.add(mark)
    try {
      await work()
      return true
    } catch (error) {
      const problem = toShownProblem(error)
      const what = problem.message || t(`words.problem.${problem.code}.title`)
      notify({ text: problem.fix ? `${what} ${problem.fix}` : what, tone: 'error' })
      return false
    } finally {
      asked.delete(mark)
    }
  }

  const reread = (key: readonly unknown[]) => cache.invalidateQueries({ queryKey: key })

  return {
    /** True while `action` of this target waits for an answer. */
    isAsked: (name: string, action: string) => asked.has(`${name}/${action}`),
    syncNow: (name: string) => ask(name, 'sync', () => client.sync.start({ targets: [name] })),
    /** A run of a kind that otherwise comes by schedule, or once. */
    runNow: (name: string, kind: 'initial' | 'reconcile') =>
      ask(name, kind, async () => {
        await client.sync.start({ targets: [name], kind })
        notify({ text: t(`targets.byHand.started.${kind}`, { name }), tone: 'success' })
      }),
    /** Lifts the guard against mass changes for one run. */
    sendAnyway: (name: string) =>
      ask(name, 'anyway', () => client.sync.start({ targets: [name], allowMassChange: true })),
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
