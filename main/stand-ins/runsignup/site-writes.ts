/** Adding, editing and deleting participants, by RunSignup's rules. */
import type { SiteKnobs } from './knobs.ts'
import { SiteFault } from './site-answers.ts'
import type { SiteRecords, SiteRegistration, SiteUser } from './site-records.ts'

type Given = Readonly<Record<string, unknown>>

const mostDeleted = 250
const clearedBirthDate = 'XXXX-XX-XX' // RunSignup's own word for a day nobody knows

/**
 * Answers one entry per participant, in order: its registration number or its error. An entry also repeats the last name;
 * the real answer may hold more than the number as well.
 */
export function writeParticipants(
  site: SiteRecords,
  knobs: SiteKnobs,
  form: URLSearchParams,
  eventId: number,
): unknown {
  const list = participantsIn(requestIn(form), 'participants')
  if (!/^[TF]$/.test(form.get('restrict_potential_dup') ?? '')) {
    throw new SiteFault(3, 'The restrict_potential_dup parameter is required.')
  }
  if (!site.race.events.some((event) => event['event_id'] === eventId)) {
    throw new SiteFault(223, `Invalid event ID ${eventId}.`)
  }
  const restricts = knobs.restrictsDuplicates && form.get('restrict_potential_dup') === 'T'
  const planned = list.map((one) => check(site, knobs, one, { eventId, restricts }))
  const faults = planned.filter((one) => one instanceof SiteFault)
  if (faults.length > 0 && knobs.refuseWhole) {
    throw new SiteFault(11, 'Some participants have errors.', 200, faults.map(entryOf))
  }
  return {
    participants: planned.map((one) => {
      if (one instanceof SiteFault) return entryOf(one)
      const { registration_id, user } = one()
      return { registration_id, last_name: user.last_name }
    }),
  }
}

/** Answers the registrations that were removed. */
export function deleteParticipants(
  site: SiteRecords,
  knobs: SiteKnobs,
  form: URLSearchParams,
): unknown {
  const list = participantsIn(requestIn(form), 'registrations')
  if (Number(form.get('race_id')) !== site.race.race_id) {
    throw new SiteFault(3, 'The race_id parameter is required.')
  }
  if (list.length > mostDeleted) throw new SiteFault(3, `At most ${mostDeleted} can be deleted.`)
  const allowed = form.get('allow_non_imports') === 'T'
  const found = list.flatMap((one) => {
    const registration = site.registrations.get(Number(one['registration_id']))
    return registration && registration.removed === null ? [registration] : []
  })
  const deletable = found.filter(({ imported }) => imported || allowed)
  if (deletable.length < found.length && knobs.refuseDeletion) {
    throw new SiteFault(11, 'Only imported participants can be deleted.')
  }
  for (const { registration_id: id } of deletable) site.remove(id, 'removed')
  return { participants: deletable.map(({ registration_id }) => ({ registration_id })) }
}

function requestIn(form: URLSearchParams): Given {
  const text = form.get('request')
  if (text === null) throw new SiteFault(3, 'The request parameter is required.')
  if (form.get('request_format') !== 'json')
    throw new SiteFault(11, 'The request is not valid XML.')
  try {
    return JSON.parse(text) as Given
  } catch {
    throw new SiteFault(11, 'The request is not valid JSON.')
  }
}

function participantsIn(request: Given, name: string): readonly Given[] {
  const list = request[name]
  if (!Array.isArray(list)) throw new SiteFault(11, `The request has no ${name}.`)
  return list as readonly Given[]
}

function entryOf(fault: SiteFault): unknown {
  const [detail] = fault.details
  return {
    error_code: fault.code,
    error_msg: fault.message,
    ...(detail === undefined ? {} : { detailed_desc: detail }),
  }
}

/** What a participant's entry will do, or why it does nothing. */
function check(
  site: SiteRecords,
  knobs: SiteKnobs,
  given: Given,
  { eventId, restricts }: { readonly eventId: number; readonly restricts: boolean },
): SiteFault | (() => SiteRegistration) {
  const fault = fieldFault(given, knobs)
  if (fault) return fault
  const user = given['user'] as Given | undefined
  if (given['registration_id'] === undefined) {
    if (!user?.['first_name'] || !user['last_name'])
      return new SiteFault(101, 'A name is required.')
    const there = restricts ? duplicateOf(site, eventId, user) : undefined
    if (there)
      return new SiteFault(517, 'A participant with this name is registered already.', 200, [
        String(there.registration_id),
      ])
    return () => added(site, eventId, given, user)
  }
  const registration = site.registrations.get(Number(given['registration_id']))
  if (!registration || registration.event_id !== eventId)
    return new SiteFault(15, 'Invalid registration ID.')
  if (user && knobs.safeSync && registration.user.account) {
    return new SiteFault(121, 'User information of users with accounts cannot be edited.')
  }
  return () => edited(site, registration, given)
}

function fieldFault(given: Given, knobs: SiteKnobs): SiteFault | null {
  const { bib_num: bib, chip_num: chip, giveaway, team_id: team } = given
  const user = (given['user'] ?? {}) as Given
  const { email, gender, dob, phone } = user
  const isFilled = (value: unknown) => value !== undefined && value !== null && value !== ''
  if (isFilled(bib) && !/^\d{1,9}$/.test(String(bib)))
    return new SiteFault(115, 'Invalid bib number.')
  if (isFilled(chip) && typeof chip !== 'string') return new SiteFault(116, 'Invalid chip number.')
  if (isFilled(email) && !/^[^@\s]+@[^@\s]+$/.test(String(email)))
    return new SiteFault(108, 'Invalid e-mail address.')
  if (isFilled(gender) && !/^[MFX]$/.test(String(gender)))
    return new SiteFault(114, 'Invalid gender.')
  if (isFilled(phone) && !/^\d{3}-\d{3}-\d{4}$/.test(String(phone)))
    return new SiteFault(110, 'Invalid phone number.')
  if (isFilled(dob) && dob !== clearedBirthDate && !/^\d{4}-\d\d-\d\d$/.test(String(dob))) {
    return new SiteFault(117, 'Invalid date of birth.')
  }
  if (isFilled(giveaway) && knobs.giveaways && !knobs.giveaways.includes(String(giveaway))) {
    return new SiteFault(516, 'The giveaway was not found.')
  }
  return isFilled(team) ? new SiteFault(514, 'The team was not found.') : null
}

function duplicateOf(
  site: SiteRecords,
  eventId: number,
  user: Given,
): SiteRegistration | undefined {
  const isSame = (theirs: unknown, ours: unknown) =>
    String(theirs ?? '').toLowerCase() === String(ours ?? '').toLowerCase()
  return [...site.registrations.values()].find(
    (one) =>
      one.event_id === eventId &&
      one.removed === null &&
      isSame(one.user.first_name, user['first_name']) &&
      isSame(one.user.last_name, user['last_name']) &&
      isSame(one.user.dob, user['dob']),
  )
}

function added(site: SiteRecords, eventId: number, given: Given, user: Given): SiteRegistration {
  const known = Number(given['user_id'])
  const registration = site.add({
    eventId,
    imported: true,
    ...(site.users.has(known) ? { userId: known } : {}),
  })
  applyUser(registration.user, user)
  applyOwn(registration, given)
  return registration
}

/** A field left out stays, null clears it. What changes nothing leaves the modified time alone. */
function edited(site: SiteRecords, registration: SiteRegistration, given: Given): SiteRegistration {
  const before = JSON.stringify(registration)
  applyUser(registration.user, (given['user'] ?? {}) as Given)
  // Silently ignored once a registration is no longer active.
  if (registration.removed === null) applyOwn(registration, given)
  if (JSON.stringify(registration) !== before) registration.modified = site.now()
  return registration
}

function applyOwn(registration: SiteRegistration, given: Given): void {
  const { bib_num: bib, chip_num: chip, giveaway } = given
  if (bib !== undefined) registration.bib_num = bib === null || bib === '' ? null : Number(bib)
  if (chip !== undefined) registration.chip_num = textOf(chip)
  if (giveaway !== undefined) registration.giveaway = textOf(giveaway)
}

function applyUser(user: SiteUser, given: Given): void {
  for (const name of ['first_name', 'middle_name', 'last_name', 'gender', 'phone'] as const) {
    if (given[name] !== undefined) user[name] = textOf(given[name])
  }
  if (given['dob'] !== undefined)
    user.dob = given['dob'] === clearedBirthDate ? null : textOf(given['dob'])
  // Whoever has an account keeps the address they sign in with; nobody is told.
  if (given['email'] !== undefined && !user.account) user.email = textOf(given['email'])
  const address = (given['address'] ?? {}) as Given
  for (const name of Object.keys(user.address)) {
    if (address[name] !== undefined) user.address[name] = textOf(address[name])
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
