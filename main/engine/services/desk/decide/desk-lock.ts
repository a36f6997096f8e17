/** What a desk that is locked to a mode may ask of the engine. Pure. */
import { actionOfField, type DeskAction } from '../../../../contract/desk-mode-words.ts'
import type { DeskMode } from '../../../../contract/desk-modes.ts'
import type { Problem } from '../../../../contract/problem.ts'

/** Calls of a locked desk: to anybody at it, or to whoever may do this. What is not here is refused. */
const calls: Readonly<Record<string, 'anybody' | DeskAction>> = {
  'status.get': 'anybody',
  'status.watch': 'anybody',
  'model.entities': 'anybody',
  'ownFields.list': 'anybody',
  'settings.get': 'anybody',
  'settings.about': 'anybody',
  'demo.get': 'anybody',
  'desk.events': 'anybody',
  'desk.search': 'anybody',
  'desk.entrant': 'anybody',
  'desk.conversations': 'anybody',
  'desk.scan': 'anybody',
  'desk.rules': 'anybody',
  'desk.modes': 'anybody',
  'desk.pin': 'anybody',
  'desk.locked': 'anybody',
  'desk.unlock': 'anybody',
  'desk.checkIn': 'checkIn',
  'desk.walkUp': 'walkUp',
}

/** Who works here is said at a locked desk too. */
const names = ['operatorName', 'deviceName']

/** Whether the mode allows a call. @param input as it came, not read yet */
export function mayCall(mode: DeskMode, call: string, input: unknown): boolean {
  const fields = typeof input === 'object' && input !== null ? Object.keys(input) : []
  if (call === 'settings.set') return fields.every((field) => names.includes(field))
  if (call === 'desk.change') {
    return fields.every((field) => field === 'id' || mode.actions.includes(actionOfField(field)))
  }
  const needed = Object.hasOwn(calls, call) ? calls[call]! : null
  return needed === 'anybody' || (needed !== null && mode.actions.includes(needed))
}

/** Why a call is refused. */
export function lockedProblem({ name }: DeskMode): Problem {
  return {
    code: 'wrong-use',
    message: `This desk is locked to ${name}, which does not allow this.`,
    fix: 'Somebody who knows the PIN can leave the mode at the top of the Desk.',
  }
}
