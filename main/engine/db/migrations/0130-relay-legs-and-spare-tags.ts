/**
 * Legs of a relay team wear one bib, a runner may have a second chip; a shirt and a waiver come with many start lists.
 *
 * An index cannot say that those who share a bib are of one team: the one writer does (`store/writer/keep-unique.ts`), and
 * `marshal check` looks for it. What the index keeps is that two entrants without a leg, or with the same one, never share.
 */
import { statementsOf, type Migration } from '../migration.ts'

const holds = `deletedOn IS NULL AND status <> 'withdrawn'`

/** Somebody else of the event has the first tag as the spare one, or the spare one as the first. */
const heldTwice = `NEW.deletedOn IS NULL AND NEW.status <> 'withdrawn' AND (NEW.tag = NEW.spareTag
    OR EXISTS (SELECT 1 FROM event_participant AS r WHERE r.event = NEW.event AND r.spareTag = NEW.tag
      AND r.deletedOn IS NULL AND r.status <> 'withdrawn' AND r.id <> NEW.id)
    OR EXISTS (SELECT 1 FROM event_participant AS r WHERE r.event = NEW.event AND r.tag = NEW.spareTag
      AND r.deletedOn IS NULL AND r.status <> 'withdrawn' AND r.id <> NEW.id))
  BEGIN SELECT RAISE(ABORT, 'a tag is held twice in one event'); END`

/** RunSignup's registrations bring places in races from now on. */
const newToPlaces = `adapter = 'runsignup' AND direction <> 'outbound'
    AND EXISTS (SELECT 1 FROM json_each(entities) WHERE value = 'race')
    AND EXISTS (SELECT 1 FROM json_each(entities) WHERE value = 'eventParticipant')
    AND NOT EXISTS (SELECT 1 FROM json_each(entities) WHERE value = 'startGroupParticipant')`

const statements: readonly string[] = [
  `INSERT INTO target_scope (entity, targetId, outbound, inbound, firstState)
    SELECT 'startGroupParticipant', id, 0, 1, 'linked' FROM target WHERE ${newToPlaces}`,
  // Without a place to go on from, all registrations are looked at once more.
  `DELETE FROM cursor WHERE entity = 'eventParticipant' AND targetId IN (SELECT id FROM target WHERE ${newToPlaces})`,
  `UPDATE target SET entities = json_insert(entities, '$[#]', 'startGroupParticipant') WHERE ${newToPlaces}`,
  `ALTER TABLE event_participant ADD COLUMN spareTag TEXT REFERENCES tag (id) DEFERRABLE INITIALLY DEFERRED`,
  `ALTER TABLE event_participant ADD COLUMN leg INTEGER`,
  `ALTER TABLE event_participant ADD COLUMN shirt TEXT`,
  `ALTER TABLE event_participant ADD COLUMN waiver INTEGER`,
  `DROP INDEX event_participant_one_number`,
  `CREATE UNIQUE INDEX event_participant_one_number ON event_participant (event, number, coalesce(leg, 0))
    WHERE deletedOn IS NULL`,
  `CREATE UNIQUE INDEX event_participant_one_spareTag ON event_participant (event, spareTag)
    WHERE ${holds} AND spareTag IS NOT NULL`,
  `CREATE INDEX event_participant_by_spareTag ON event_participant (spareTag) WHERE spareTag IS NOT NULL`,
  // Registrations that stand for an entry which is linked to another one of the same person.
  `CREATE INDEX sync_record_same_as ON sync_record (linkData ->> 'sameAs')
    WHERE recordId IS NULL AND state = 'ignored'`,
  `CREATE TRIGGER event_participant_tags_of_new BEFORE INSERT ON event_participant WHEN ${heldTwice}`,
  `CREATE TRIGGER event_participant_tags_of_changed BEFORE UPDATE OF event, tag, spareTag, status, deletedOn
    ON event_participant WHEN ${heldTwice}`,
]

export const relayLegsAndSpareTags: Migration = {
  name: '0130-relay-legs-and-spare-tags',
  up: statementsOf(statements),
}
