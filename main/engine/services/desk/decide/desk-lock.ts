/** What a desk that is locked to a mode may ask of the engine. Pure. */
import {
  actionOfField,
  mayAddWith,
  mayGiveStatus,
  type DeskAction,
} from '../../../../contract/desk-mode-words.ts'
import type { DeskMode } from '../../../../contract/desk-modes.ts'
import type { Problem } from '../../../../contract/problem.ts'

/** Calls of a locked desk: to anybody at it, or to whoever may do this. What is not here is refused. */
const calls: Readonly<Record<string, 'anybody' | DeskAction>> = {
  'status.get': 'anybody',
  'status.watch': 'anybody',
  'model.entities': 'anybody',
  'ownFields.list': 'anybody',
  // What Marshal can connect to, nothing of what is connected.
  'targets.adapters': 'anybody',
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
}

/** Who works here is said at a locked desk too. */
const names = ['operatorName', 'deviceName']

export interface DeskCall {
  /** As `desk.change`. */
  readonly name: string
  /** As it came, not read yet. */
  readonly input: unknown
  /** From the one person at this computer, whose name is in its settings; a browser of the service keeps its own. */
  readonly fromComputer: boolean
}

/** Whether the mode allows a call. */
export function mayCall({ actions }: DeskMode, { name, input, fromComputer }: DeskCall): boolean {
  const given = typeof input === 'object' && input !== null ? Object.entries(input) : []
  switch (name) {
    case 'settings.set':
      return fromComputer && given.every(([field]) => names.includes(field))
    case 'desk.change':
      return given.every(([field, value]) => field === 'id' || mayChange(actions, field, value))
    case 'desk.walkUp':
      return actions.includes('walkUp') && given.every((one) => mayBeAdded(actions, ...one))
    default: {
      const needed = Object.hasOwn(calls, name) ? calls[name]! : null
      return needed === 'anybody' || (needed !== null && actions.includes(needed))
    }
  }
}

function mayChange(actions: readonly DeskAction[], field: string, value: unknown): boolean {
  if (field === 'status') return mayGiveStatus(actions, value)
  return actions.includes(actionOfField(field))
}

function mayBeAdded(actions: readonly DeskAction[], field: string, value: unknown): boolean {
  if (field === 'status') return value !== 'checkedIn' || actions.includes('checkIn')
  return mayAddWith(actions, field)
}

/** Why a call is refused. */
export function lockedProblem({ name }: DeskMode): Problem {
  return {
    code: 'wrong-use',
    message: `This desk is locked to ${name}, which does not allow this.`,
    fix: 'Somebody who knows the PIN can leave the mode at the top of the Desk.',
  }
}

/** Why somebody who is checked in keeps that status. */
export const checkInKept: Problem = {
  code: 'wrong-use',
  message: 'They are checked in, which this desk can neither do nor take back.',
  fix: 'Somebody at a desk that checks in can change the status.',
  fields: { status: 'is a check-in, which this desk cannot take back' },
}
