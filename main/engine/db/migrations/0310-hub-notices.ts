/** That a bib or tag is missing is settled for good once the entrant has one again, and never of somebody who has one. */
import { statementsOf, type Migration } from '../migration.ts'

/** What an entry has of what a notice is about. */
const has = (entry: string, field: string) =>
  `CASE ${field} WHEN 'number' THEN ${entry}.number WHEN 'tag' THEN ${entry}.tag ELSE ${entry}.spareTag END`

const statements: readonly string[] = [
  // A leg that was there twice is a bib that was given twice.
  `UPDATE hub_notice SET field = 'number' WHERE kind = 'number' AND field = 'leg'`,
  `UPDATE hub_notice SET doneOn = noticedOn WHERE kind = 'number' AND doneOn IS NULL AND EXISTS (
     SELECT 1 FROM event_participant AS e WHERE e.id = hub_notice.recordId
       AND (e.deletedOn IS NOT NULL OR ${has('e', 'hub_notice.field')} IS NOT NULL))`,
  // Each change of a record has a stamp; what only makes room within a page has none.
  `CREATE TRIGGER hub_notice_given AFTER UPDATE OF modifiedOn ON event_participant
   WHEN NEW.deletedOn IS NOT OLD.deletedOn OR NEW.number IS NOT OLD.number OR NEW.tag IS NOT OLD.tag
     OR NEW.spareTag IS NOT OLD.spareTag
   BEGIN
     UPDATE hub_notice SET doneOn = NEW.modifiedOn WHERE recordId = NEW.id AND doneOn IS NULL AND kind = 'number'
       AND (NEW.deletedOn IS NOT NULL
         OR (${has('NEW', 'field')} IS NOT NULL AND ${has('NEW', 'field')} IS NOT ${has('OLD', 'field')}));
   END`,
  // A desk hears that a bib is lost before the entrant there is without it.
  `CREATE TRIGGER hub_notice_needless AFTER INSERT ON hub_notice WHEN NEW.kind = 'number'
   BEGIN
     UPDATE hub_notice SET doneOn = NEW.noticedOn WHERE id = NEW.id AND EXISTS (
       SELECT 1 FROM event_participant AS e WHERE e.id = NEW.recordId
         AND (e.deletedOn IS NOT NULL
           OR (${has('e', 'NEW.field')} IS NOT NULL AND ${has('e', 'NEW.field')} IS NOT NEW.lost)));
   END`,
]

export const hubNotices: Migration = {
  name: '0310-hub-notices',
  up: statementsOf(statements),
}
