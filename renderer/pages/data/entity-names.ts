/** All kinds of master data, for checking what an address names; the contract's own list would bring its validator along. */
import type { EntityName } from '../../../main/contract/words.ts'

const known = {
  organisation: true,
  person: true,
  event: true,
  race: true,
  startGroup: true,
  tag: true,
  eventParticipant: true,
  startGroupParticipant: true,
  contactPreference: true,
  conversation: true,
  message: true,
} satisfies Record<EntityName, true>

/** In the order of the model. */
export const entityNames = Object.keys(known) as readonly EntityName[]
