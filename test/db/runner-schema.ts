import type { Generated } from 'kysely'
import { statementsOf, type Migration } from '../../main/engine/db/migration.ts'

/** A small schema of its own, so that these tests do not depend on the real one. */
export interface RunnerTables {
  runner: { id: Generated<number>; name: string; bib: string | null; modifiedOn: number }
}

export const firstStep: Migration = {
  name: '0010-runner',
  up: statementsOf([
    `create table runner (
      id integer primary key, name text not null, bib text unique, modifiedOn integer not null default 0
    ) strict`,
    'create index runner_modified on runner (modifiedOn)',
  ]),
}

export const secondStep: Migration = {
  name: '0020-club',
  up: statementsOf(['create table club (id integer primary key, name text not null) strict']),
}
