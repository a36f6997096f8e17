/** What events define – own fields, rules before check-in – is told to desks: when it changed last, and what a desk agreed on. */
import { statementsOf, type Migration } from '../migration.ts'

/** A change takes the next stamp, as a change of a record does: desks ask for what came after one. */
const stamped = (table: string) =>
  ['INSERT', 'UPDATE', 'DELETE'].map(
    (
      action,
    ) => `CREATE TRIGGER ${table}_${action.toLowerCase()}_told AFTER ${action} ON ${table} BEGIN
      UPDATE clock SET last = last + 1 WHERE id = 1;
      UPDATE defined SET changedOn = (SELECT last FROM clock WHERE id = 1) WHERE id = 1;
    END`,
  )

const statements: readonly string[] = [
  `CREATE TABLE defined (id INTEGER PRIMARY KEY CHECK (id = 1), changedOn INTEGER NOT NULL) STRICT`,
  `INSERT INTO defined (id, changedOn) VALUES (1, 0)`,
  `UPDATE clock SET last = last + 1 WHERE id = 1 AND (EXISTS (SELECT 1 FROM own_field) OR EXISTS (SELECT 1 FROM check_in_rule))`,
  `UPDATE defined SET changedOn = (SELECT last FROM clock WHERE id = 1)
     WHERE EXISTS (SELECT 1 FROM own_field) OR EXISTS (SELECT 1 FROM check_in_rule)`,
  ...stamped('own_field'),
  ...stamped('check_in_rule'),
  // What both sides had at the last exchange, as JSON. readAgain: entrants are read anew, as a field came that was unknown.
  `CREATE TABLE hub_defined (
    targetId INTEGER PRIMARY KEY REFERENCES target (id) ON DELETE CASCADE,
    known TEXT NOT NULL,
    readAgain INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
]

export const hubDefinitions: Migration = {
  name: '0350-hub-definitions',
  up: statementsOf(statements),
}
