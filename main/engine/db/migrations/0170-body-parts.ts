/** Parts of bodies at any depth: how each leads to its root, where one step to a reference field was all there was. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // One row for each part of each root of a target, by the entity whose change matters: that of the part, and that of the
  // root for a part that is made with it. `path`: the steps from the part up to the root, see `PartStep`. Written with the scope.
  `CREATE TABLE body_part (
    changed TEXT NOT NULL,
    root TEXT NOT NULL,
    path TEXT NOT NULL,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    isMade INTEGER NOT NULL,
    PRIMARY KEY (changed, root, path, targetId)
  ) STRICT, WITHOUT ROWID`,
  // Before, a part was always a person an entry refers to.
  `INSERT INTO body_part (changed, root, path, targetId, isMade)
     SELECT changed, entity,
       json_array(json_object('kind', 'one', 'owner', entity, 'part', 'person', 'field', field)), targetId, carried
     FROM repeated_part`,
  `DROP TABLE repeated_part`,
]

export const bodyParts: Migration = {
  name: '0170-body-parts',
  up: statementsOf(statements),
}
