import { describe, expect, it } from 'vitest'
import { readStatement, withWideIntegers } from '../../main/engine/db/statement-text.ts'

describe('reading a statement', () => {
  it.each([
    ['select 1', 'select', true],
    ['  -- why\n /* insert */ SELECT 1', 'select', true],
    ['with x as (select 1) select * from x', 'select', true],
    ['with x as (select 1) insert into t select * from x', 'insert', false],
    ['with x(a) as (values (1)) update t set a = 2 where a in x returning a', 'update', true],
    ['insert into t (a) values (?) returning id', 'insert', true],
    ['insert or replace into t (returning) values (1)', 'insert', false],
    [`insert into t values ('returning')`, 'insert', false],
    [`delete from t where a = "returning"`, 'delete', false],
    ['replace into t values (1)', 'replace', false],
    ['pragma user_version', 'pragma', true],
    ['explain query plan select 1', 'explain', true],
    ['create trigger x after insert on t begin select 1; end', 'create', false],
    ['begin immediate', 'begin', false],
    ['vacuum into ?', 'vacuum', false],
  ])('%s', (sql, verb, returnsRows) => {
    expect(readStatement(sql)).toMatchObject({ verb, returnsRows })
  })

  it('never keeps a pragma or a schema change prepared', () => {
    expect(readStatement('pragma foreign_keys = off').keepPrepared).toBe(false)
    expect(readStatement('create table t (a)').keepPrepared).toBe(false)
    expect(readStatement('select 1').keepPrepared).toBe(true)
  })

  it('finds placeholders only where SQLite does', () => {
    const text = readStatement(
      `select '?', "?", [?], \`?\`, 'it''s ?' /* ? */ from t where a = ? and b = ?2 -- ?\n or c = ?`,
    )
    expect(text.parameterCount).toBe(3)
    expect(withWideIntegers(text, new Set([1]))).toBe(
      `select '?', "?", [?], \`?\`, 'it''s ?' /* ? */ from t where a = ? and b = (+CAST(?2 AS INTEGER)) -- ?\n or c = ?`,
    )
  })

  it('refuses named parameters, which nothing binds', () => {
    expect(() => readStatement('select :name')).toThrow(/Named parameter :name/)
    expect(readStatement(`select '$.name' ->> ':x'`).parameterCount).toBe(0)
  })
})
