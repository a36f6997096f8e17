/** What the kinds of master data are called in English. */
import type { EntityName } from './words.ts'

export const entityLabels = {
  organisation: 'Organisation',
  person: 'Person',
  event: 'Event',
  race: 'Race',
  startGroup: 'Start group',
  tag: 'Tag',
  eventParticipant: 'Event participant',
  startGroupParticipant: 'Start-group participant',
  contactPreference: 'Contact preference',
  conversation: 'Conversation',
  message: 'Message',
} as const satisfies Readonly<Record<EntityName, string>>
