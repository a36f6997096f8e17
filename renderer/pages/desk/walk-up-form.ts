/** The walk-up form as it is typed: texts only. */
import type { WalkUpInput } from '../../../main/contract/desk.ts'
import type { TypedField } from '../../fields/typed-field.ts'
import { entrantField } from './drafts.ts'

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

export type TextField = Exclude<keyof WalkUpForm, 'checkInAtOnce'>

/** What each field takes. */
export function walkUpField(name: string): TypedField {
  return name === 'firstName' ? { ...entrantField(name), required: true } : entrantField(name)
}

/** What is sent of the values that were read; empty ones are left out. Pure. */
export function walkUpFrom(
  values: Readonly<Record<string, string | null>>,
  eventId: string,
): WalkUpInput {
  const { firstName, lastName, ...others } = values
  const filled = Object.entries(others).filter(([, value]) => value !== null)
  return {
    eventId,
    firstName: firstName ?? '',
    lastName: lastName ?? '',
    ...Object.fromEntries(filled),
  }
}
