/** Every migration in order. A bundle cannot read a folder, so the list is explicit; a test compares the two. */
import type { Migration } from '../migration.ts'
import { masterData } from './0010-master-data.ts'
import { sync } from './0020-sync.ts'
import { bothDirections } from './0030-both-directions.ts'
import { lostAnswers } from './0040-lost-answers.ts'
import { notReceived } from './0050-not-received.ts'
import { namesakes } from './0060-namesakes.ts'
import { certainty } from './0070-certainty.ts'
import { foldedNames } from './0080-folded-names.ts'
import { repeatedParts } from './0100-repeated-parts.ts'
import { sensitiveTicks } from './0101-sensitive-ticks.ts'
import { listings } from './0110-listings.ts'
import { relayLegsAndSpareTags } from './0130-relay-legs-and-spare-tags.ts'
import { imports } from './0140-imports.ts'
import { whoIsWho } from './0145-who-is-who.ts'
import { rememberedChoices } from './0150-remembered-choices.ts'
import { entriesByPerson } from './0155-entries-by-person.ts'
import { bodyParts } from './0170-body-parts.ts'
import { possibleDoubles } from './0180-possible-doubles.ts'
import { foldedLabels } from './0185-folded-labels.ts'
import { codes } from './0190-codes.ts'
import { heldBy } from './0200-held-by.ts'
import { waitingParts } from './0210-waiting-parts.ts'
import { nameSlips } from './0240-name-slips.ts'
import { checkInRulesOfEvents } from './0241-check-in-rules.ts'
import { ownFields } from './0250-own-fields.ts'
import { auditByHand } from './0260-audit-by-hand.ts'
import { hub } from './0280-hub.ts'
import { hubDevices } from './0300-hub-devices.ts'
import { hubNotices } from './0310-hub-notices.ts'
import { deskModes } from './0340-desk-modes.ts'
import { hubDefinitions } from './0350-hub-definitions.ts'

export const migrations: readonly Migration[] = [
  masterData,
  sync,
  bothDirections,
  lostAnswers,
  notReceived,
  namesakes,
  certainty,
  foldedNames,
  repeatedParts,
  sensitiveTicks,
  listings,
  relayLegsAndSpareTags,
  imports,
  whoIsWho,
  rememberedChoices,
  entriesByPerson,
  bodyParts,
  possibleDoubles,
  foldedLabels,
  codes,
  heldBy,
  waitingParts,
  nameSlips,
  checkInRulesOfEvents,
  ownFields,
  auditByHand,
  hub,
  hubDevices,
  hubNotices,
  deskModes,
  hubDefinitions,
]
