/** The walk-up form as it is typed: texts only. */
import type { WalkUpInput } from '../../../main/contract/desk.ts'

export interface WalkUpForm {
  readonly firstName: string
  readonly lastName: string
  readonly gender: string
  readonly dateOfBirth: string
  readonly email: string
  readonly bib: string
  readonly tag: string
  readonly startGroupId: string
  checkInAtOnce: boolean
}

export const emptyWalkUp: WalkUpForm = {
  firstName: '',
  lastName: '',
  gender: '',
  dateOfBirth: '',
  email: '',
  bib: '',
  tag: '',
  startGroupId: '',
  checkInAtOnce: true,
}

/** What is sent; empty texts are left out. Pure. */
export function walkUpFrom(form: WalkUpForm, eventId: string): WalkUpInput {
  const { checkInAtOnce: _later, firstName, lastName, ...others } = form
  const filled = Object.entries(others)
    .map(([field, text]) => [field, text.trim()] as const)
    .filter(([, text]) => text !== '')
  return {
    eventId,
    firstName: firstName.trim(),
    lastName: lastName.trim(),
    ...Object.fromEntries(filled),
  }
}
