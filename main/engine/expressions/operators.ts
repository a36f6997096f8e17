/**
 * The operators a filter may use: JSON Logic as its specification describes it. What the engine offers beside them
 * (calling functions, throwing, reading keys) stays out.
 */
export const operators = [
  'var',
  'missing',
  'missing_some',
  'if',
  '?:',
  '==',
  '===',
  '!=',
  '!==',
  '!',
  '!!',
  'or',
  'and',
  '>',
  '>=',
  '<',
  '<=',
  'max',
  'min',
  '+',
  '-',
  '*',
  '/',
  '%',
  'map',
  'filter',
  'reduce',
  'all',
  'none',
  'some',
  'merge',
  'in',
  'cat',
  'substr',
] as const
export type Operator = (typeof operators)[number]

/** Operators whose second argument is evaluated once for each element of the first. */
export const iterators: ReadonlySet<string> = new Set<Operator>([
  'map',
  'filter',
  'reduce',
  'all',
  'none',
  'some',
])
