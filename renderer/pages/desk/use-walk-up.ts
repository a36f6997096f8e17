/** The walk-up dialog of the desk: whether it is open, what is typed in it, and adding who was typed. */
import { ref } from 'vue'
import type { EntrantCard, WalkUpInput } from '../../../main/contract/desk.ts'
import { useKept } from '../../composables/use-kept.ts'
import type { ShownProblem } from '../../connection/shown-problem.ts'
import { emptyWalkUp, type WalkUpForm } from './walk-up-form.ts'

/**
 * @param add sends it; answers who was added, or why nobody was
 * @param onAdded called once somebody was added and the dialog is closed
 */
export function useWalkUp(
  add: (input: WalkUpInput, checkInAtOnce: boolean) => Promise<EntrantCard | ShownProblem>,
  onAdded: (card: EntrantCard) => void,
) {
  const isOpen = ref(false)
  const form = useKept<WalkUpForm>('marshal.desk.walk-up', emptyWalkUp)
  const problem = ref<ShownProblem | null>(null)

  async function send(input: WalkUpInput, checkInAtOnce: boolean): Promise<void> {
    problem.value = null
    const added = await add(input, checkInAtOnce)
    if ('code' in added) {
      problem.value = added
      return
    }
    form.value = emptyWalkUp
    isOpen.value = false
    onAdded(added)
  }

  /** @param searched what was searched for in vain: probably the one to add */
  function start(searched: string | null): void {
    if (searched !== null && form.value.lastName === '' && !/\d/.test(searched)) {
      const [firstName = '', ...others] = searched.trim().split(/\s+/)
      form.value = { ...emptyWalkUp, firstName, lastName: others.join(' ') }
    }
    problem.value = null
    isOpen.value = true
  }

  return { isOpen, form, problem, send, start }
}
